/** Who acts where no person does: the training service itself, in a workspace. */
export interface TrainingActor {
  readonly id: string;
  readonly roles: readonly never[];
  readonly workspace: string;
  readonly service: 'training';
}

export function trainingActor(workspace: string): TrainingActor {
  return { id: 'service:training', roles: [], workspace, service: 'training' };
}
