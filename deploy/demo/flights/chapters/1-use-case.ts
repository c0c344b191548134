import { readFileSync } from 'node:fs';
import { Progress } from '../../progress.js';
import type { Story } from '../story.js';

export interface UseCaseChapter {
  readonly useCaseId: string;
  readonly contractId: string;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(`deploy/demo/flights/${file}`, 'utf8'));
}

async function proposeAndSign(story: Story, useCaseId: string): Promise<string> {
  const { currency, ...amounts } = story.options.payoffs;
  const payoffs = Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, { amount, currency }]));
  const { proposeMetricContract: contract } = await story.graph.ask<{
    readonly proposeMetricContract: { readonly id: string; readonly contentHash: string };
  }>(
    'business-owner',
    `mutation Propose($useCaseId: ID!, $payoffs: PayoffsInput!) { proposeMetricContract(useCaseId: $useCaseId, payoffs: $payoffs) { id contentHash } }`,
    { useCaseId, payoffs },
  );
  for (const role of ['business-owner', 'data-scientist'] as const) {
    await story.graph.ask(
      role,
      `mutation Sign($id: ID!, $hash: String!) { signMetricContract(id: $id, contentHash: $hash) { inForce } }`,
      {
        id: contract.id,
        hash: contract.contentHash,
      },
    );
  }
  return contract.id;
}

/** The Business Owner says what the decision is worth; both sides sign; the executive declares where the company stands. */
export async function openUseCase(story: Story): Promise<UseCaseChapter> {
  const progress = new Progress('1 use case');
  const { createUseCase } = await story.graph.ask<{ readonly createUseCase: { readonly id: string } }>(
    'business-owner',
    `mutation Open($input: CreateUseCaseInput!) { createUseCase(input: $input) { id } }`,
    { input: { ...(readJson('use-case.json') as object), idempotencyKey: 'demo' } },
  );
  progress.to(0.5, 'the metric contract');
  const contractId = await proposeAndSign(story, createUseCase.id);
  await story.graph.ask(
    'executive',
    `mutation Declare($levels: [DeclareLevelInput!]!) { declareLevels(levels: $levels) { asOf } }`,
    { levels: readJson('maturity.json') },
  );
  const { truePositive, falsePositive, currency } = story.options.payoffs;
  progress.done(
    `${truePositive} ${currency} for a late arrival foreseen, ${falsePositive} for a false alarm; signed by Business Owner and Data Scientist`,
  );
  return { useCaseId: createUseCase.id, contractId };
}
