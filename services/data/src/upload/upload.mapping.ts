import { EntitySchema } from 'typeorm';
import type { Upload } from './upload.js';

export const uploadMapping = new EntitySchema<Upload>({
  name: 'upload',
  columns: {
    workspace: { type: 'text', primary: true },
    hash: { type: 'text', primary: true },
    sizeBytes: { name: 'size_bytes', type: 'bigint', transformer: { from: Number, to: (bytes: number) => bytes } },
    uploadedBy: { name: 'uploaded_by', type: 'text' },
    uploadedAt: { name: 'uploaded_at', type: 'timestamptz', precision: 3 },
  },
});
