import { type BoostedModel } from '#libs/boosting';
import { attribute, mlNode, tensor, type GraphNode } from '#libs/onnx-model';

/**
 * All trees of a model as one TreeEnsembleRegressor. Values are a double tensor and the input is double: ONNX Runtime then sums the
 * leaves in double precision, as scoring here does, and the score is the same float32 on both sides; a float ensemble adds rounding
 * with every tree.
 * @param position the column of each feature in the input
 */
export function treeEnsemble(model: BoostedModel, position: readonly number[], input: string, output: string): GraphNode {
  const nodes = {
    tree: [] as number[],
    node: [] as number[],
    feature: [] as number[],
    mode: [] as string[],
    value: [] as number[],
  };
  const branches = { left: [] as number[], right: [] as number[], missingLeft: [] as number[] };
  const leaves = { tree: [] as number[], node: [] as number[], value: [] as number[] };
  model.trees.forEach((tree, treeId) => {
    tree.left.forEach((left, nodeId) => {
      const leaf = left === -1;
      nodes.tree.push(treeId);
      nodes.node.push(nodeId);
      nodes.feature.push(leaf ? 0 : position[tree.feature[nodeId]!]!);
      nodes.mode.push(leaf ? 'LEAF' : 'BRANCH_LEQ');
      nodes.value.push(leaf ? 0 : tree.threshold[nodeId]!);
      branches.left.push(leaf ? 0 : left);
      branches.right.push(leaf ? 0 : tree.right[nodeId]!);
      branches.missingLeft.push(leaf ? 0 : tree.missingLeft[nodeId]!);
      if (!leaf) return;
      leaves.tree.push(treeId);
      leaves.node.push(nodeId);
      leaves.value.push(tree.value[nodeId]!);
    });
  });
  const doubles = (name: string, values: number[]) => attribute.tensor(tensor(name, 'double', [values.length], values));
  return mlNode('TreeEnsembleRegressor', [input], [output], {
    n_targets: attribute.int(1),
    aggregate_function: attribute.string('SUM'),
    post_transform: attribute.string('NONE'),
    base_values_as_tensor: doubles('base', [model.baseScore]),
    nodes_treeids: attribute.ints(nodes.tree),
    nodes_nodeids: attribute.ints(nodes.node),
    nodes_featureids: attribute.ints(nodes.feature),
    nodes_modes: attribute.strings(nodes.mode),
    nodes_values_as_tensor: doubles('thresholds', nodes.value),
    nodes_truenodeids: attribute.ints(branches.left),
    nodes_falsenodeids: attribute.ints(branches.right),
    nodes_missing_value_tracks_true: attribute.ints(branches.missingLeft),
    target_treeids: attribute.ints(leaves.tree),
    target_nodeids: attribute.ints(leaves.node),
    target_ids: attribute.ints(leaves.tree.map(() => 0)),
    target_weights_as_tensor: doubles('leaf_values', leaves.value),
  });
}
