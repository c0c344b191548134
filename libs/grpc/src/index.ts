export {
  grpcDoor,
  type GrpcDoor,
  type GrpcHandlers,
  type GrpcPeer,
  type GrpcPermissions,
  type IncomingCall,
  type OutgoingCall,
} from './contract.js';
export { startGrpcServer, type GrpcServerOptions, type RunningGrpcServer, type VerifyBearer } from './server.js';
export { grpcPeer, type Closable, type GrpcPeerOptions } from './peer.js';
export { fromServiceError, toServiceError } from './status.js';
