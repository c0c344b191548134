import type { GraphClient } from './graph-client.js';
import type { InferCall } from './inference-client.js';
import type { Network } from './network.js';

/** A use case in operation by a rule over what callers bring, and nothing else: the shortest way to a door for decisions. */
export interface RuleEndpoint {
  readonly name: string;
  readonly endpointId: string;
  readonly useCaseId: string;
  readonly contractId: string;
  /** Answers also by its own name, as `model:1`. */
  readonly model: string;
  readonly modelId: string;
  readonly modelVersionId: string;
  readonly promotionId: string;
}

interface Made {
  readonly id: string;
}

const PAYOFFS = `payoffs: { truePositive: { amount: "60.00", currency: "EUR" }, falsePositive: { amount: "-25.00", currency: "EUR" },
  trueNegative: { amount: "0", currency: "EUR" }, falseNegative: { amount: "0", currency: "EUR" } }`;

/** Opens a door named `name` that acts where `delay > 15`, as the people whose work it is. */
export async function openRuleEndpoint(platform: Network, name: string): Promise<RuleEndpoint> {
  const [owner, scientist, engineer] = await Promise.all([
    platform.graph('business-owner'),
    platform.graph('data-scientist'),
    platform.graph('ml-engineer'),
  ]);
  const useCaseId = await useCaseWithContract(owner, name);
  const contractId = await contractInForce(useCaseId, owner, scientist);
  await ask(
    scientist,
    `createFeatureService(input: { name: "${name}-row", description: "What the caller knows", rowKey: "row",
       requestColumns: [{ name: "row", type: text, description: "The row" }, { name: "delay", type: number, description: "Minutes" }],
       features: [{ name: "delay", expression: "delay" }] }) { id }`,
  );
  const model = `${name}-model`;
  const { id: modelId } = await ask(
    scientist,
    `createModel(input: { name: "${model}", description: "A rule", useCaseId: "${useCaseId}" }) { id }`,
  );
  const { id: modelVersionId } = await ask(
    scientist,
    `createRuleVersion(input: { modelId: "${modelId}", featureService: "${name}-row", expression: "delay > 15" }) { id }`,
  );
  const { id: promotionId } = await ask(
    engineer,
    `requestPromotion(modelVersionId: "${modelVersionId}") { ... on Promotion { id } }`,
  );
  await ask(owner, `approvePromotion(promotionId: "${promotionId}", reason: "It is what we do today") { id }`);
  const { id: endpointId } = await ask(
    engineer,
    `createEndpoint(input: { name: "${name}", useCaseId: "${useCaseId}", modelVersionId: "${modelVersionId}" }) { id }`,
  );
  return { name, endpointId, useCaseId, contractId, model, modelId, modelVersionId, promotionId };
}

/** One row as the endpoint asks for it; with an id, asked again it is the same decision. */
export function rowCall(row: string, delay: number, asOfMs: number): InferCall {
  return { id: row, inputs: { row: { text: [row] }, delay: { fp64: [delay] }, as_of: { int64: [asOfMs] } } };
}

async function useCaseWithContract(owner: GraphClient, name: string): Promise<string> {
  const { id } = await ask(
    owner,
    `createUseCase(input: { name: "${name}", decision: "Protect the passengers or not", positiveClass: "arrives late",
       riskClass: limited, monthlyVolume: 1000, monthlyCost: { amount: "10", currency: "EUR" }, kpi: "Missed connections", roles: [] }) { id }`,
  );
  return id;
}

async function contractInForce(useCaseId: string, owner: GraphClient, scientist: GraphClient): Promise<string> {
  const { id, contentHash } = await ask<Made & { readonly contentHash: string }>(
    owner,
    `proposeMetricContract(useCaseId: "${useCaseId}", ${PAYOFFS}) { id contentHash }`,
  );
  for (const signer of [owner, scientist])
    await ask(signer, `signMetricContract(id: "${id}", contentHash: "${contentHash}") { id }`);
  return id;
}

async function ask<Answer = Made>(graph: GraphClient, mutation: string): Promise<Answer> {
  const { answer } = await graph.ask<{ readonly answer: Answer }>(`mutation { answer: ${mutation} }`);
  return answer;
}
