package io.thins3.store;

import io.thins3.config.HttpClientKind;

/** The same with the SDK's own HTTP client. */
class ApacheS3ObjectWriterIT extends S3ObjectWriterIT {
  @Override
  HttpClientKind client() {
    return HttpClientKind.APACHE;
  }
}
