import * as api from "./client";
import { client } from "./client/client.gen";

declare const process: { argv: string[] };
const [baseUrl, key] = process.argv.slice(2);

async function main() {
  // It asks for each kind of key; this program has no write key.
  client.setConfig({ baseUrl, throwOnError: true, auth: ({ scheme }) => scheme && key });
  const throwOnError = true;
  const created = await api.createExperiment({ throwOnError, body: {
    name: "Hey", type: "ab_test", slug: "hey-test",
    variants: [{ id: "a", weight: 5000 }, { id: "b", weight: 5000 }],
  } });
  const { uid, slug } = created.data.experiment;
  const path = { uid };
  await api.startExperiment({ throwOnError, path });
  const body = [{ event: "click", experiment: slug, variantId: "a" } as const];
  await api.trackExperimentEvents({ throwOnError, body });
  const completed = await api.completeExperiment({
    throwOnError, path, body: { winnerVariantId: "a" },
  });
  const { status, variants } = completed.data.experiment;
  console.log(status, variants[0].clicks);
}

void main();
