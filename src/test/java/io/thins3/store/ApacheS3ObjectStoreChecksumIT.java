package io.thins3.store;

import io.thins3.config.HttpClientKind;

/** The same by the SDK's Apache client. */
class ApacheS3ObjectStoreChecksumIT extends S3ObjectStoreChecksumIT {
  @Override
  HttpClientKind client() {
    return HttpClientKind.APACHE;
  }
}
