import { TestEnvironment } from 'jest-environment-node';

/** onnxruntime-node and DuckDB check typed arrays with `instanceof` against the outer realm; tests must use the same classes. */
export default class OuterRealmEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const name of [
      'Float32Array',
      'Float64Array',
      'Uint8Array',
      'Int8Array',
      'Uint16Array',
      'Int16Array',
      'Int32Array',
      'Uint32Array',
      'BigInt64Array',
      'BigUint64Array',
      'ArrayBuffer',
      'SharedArrayBuffer',
    ]) {
      this.global[name] = globalThis[name];
    }
  }
}
