import { createS3Connector } from '../s3/s3';

/** Google Cloud Storage by its S3 door, with HMAC keys; the engine reads it as `gs://`. */
export const gcsConnector = createS3Connector('gcs');
