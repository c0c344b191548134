export { withWorkspace, type WorkspaceWork } from './with-workspace.js';
