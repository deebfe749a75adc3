import { Configuration, EventType, ExperimentsApi, ExperimentType } from "./client";

declare const process: { argv: string[] };
const [basePath, accessToken] = process.argv.slice(2);

async function main() {
  const api = new ExperimentsApi(new Configuration({ basePath, accessToken }));
  const created = await api.createExperiment({
    name: "Axios", type: ExperimentType.AbTest, slug: "axios-test",
    variants: [{ id: "a", weight: 5000 }, { id: "b", weight: 5000 }],
  });
  const { uid, slug } = created.data.experiment;
  await api.startExperiment(uid);
  await api.trackExperimentEvents([{ event: EventType.Click, experiment: slug, variantId: "a" }]);
  const completed = await api.completeExperiment(uid, { winnerVariantId: "a" });
  const { status, variants } = completed.data.experiment;
  console.log(status, variants[0].clicks);
}

void main();
