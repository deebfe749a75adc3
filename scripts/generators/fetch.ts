import createClient from "openapi-fetch";
import type { paths } from "./client";

declare const process: { argv: string[] };
const [baseUrl, key] = process.argv.slice(2);

async function main() {
  const api = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } });
  const created = await api.POST("/experiments/api", { body: {
    name: "Fetch", type: "ab_test", slug: "fetch-test",
    variants: [{ id: "a", weight: 5000 }, { id: "b", weight: 5000 }],
    banditConfig: { enabled: false },
  } });
  const { uid, slug } = created.data!.experiment;
  const params = { path: { uid } };
  await api.POST("/experiments/api/{uid}/start", { params });
  await api.POST("/s/events", {
    body: [{ event: "click", experiment: slug, variantId: "a" }],
  });
  const completed = await api.POST("/experiments/api/{uid}/complete", {
    params, body: { winnerVariantId: "a" },
  });
  const { status, variants } = completed.data!.experiment;
  console.log(status, variants[0].clicks);
}

void main();
