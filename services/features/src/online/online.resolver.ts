import { Args, Query, Resolver } from '@nestjs/graphql';
import { CurrentViewer } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import { OnlineService } from './online.service.js';
import type { ValueColumn } from './request-rows.js';

@Resolver()
export class OnlineResolver {
  constructor(private readonly online: OnlineService) {}

  @Query()
  async onlineFeatures(
    @Args() { featureService, row, asOf }: gql.QueryOnlineFeaturesArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<gql.FeatureValue[]> {
    const features = await this.online.read(viewer.workspace, featureService, row.map(columnOf), [asOf.getTime()]);
    return features.map((column) => {
      const number = column.kind === 'number' ? column.values[0]! : NaN;
      const text = column.kind === 'text' ? column.values[0]! : '';
      return { name: column.name, number: Number.isNaN(number) ? null : number, text: text === '' ? null : text };
    });
  }
}

/** A value given as text is a text; anything else is a number, missing where none is given. */
function columnOf({ name, number, text }: gql.RequestValueInput): ValueColumn {
  if (text !== null && text !== undefined) return { name, kind: 'text', values: [text] };
  return { name, kind: 'number', values: [number ?? NaN] };
}
