import { Args, Query, Resolver } from '@nestjs/graphql';
import { CurrentViewer } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import { QueryService, type QueryResult } from './query.service.js';

const DEFAULT_ROWS = 100;

@Resolver('QueryResult')
export class QueryResolver {
  constructor(private readonly queries: QueryService) {}

  @Query()
  queryData(@Args() { sql, datasets, limit }: gql.QueryQueryDataArgs, @CurrentViewer() viewer: Viewer): Promise<QueryResult> {
    return this.queries.query(sql, datasets, limit ?? DEFAULT_ROWS, viewer);
  }
}
