package io.thins3.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequestKindTest {
  @ParameterizedTest
  @CsvSource({
    "GET, /bucket/key, GET",
    "GET, /bucket/dir/key?partNumber=1, GET",
    "GET, /bucket/key?uploadId=x, OTHER",
    "GET, /bucket/key?acl, OTHER",
    "HEAD, /bucket/key, HEAD",
    "HEAD, /bucket, OTHER",
    "GET, /bucket?location, OTHER",
    "GET, /bucket?list-type=2&prefix=a%2F, LIST",
    "GET, /bucket/?delimiter=/&prefix=, LIST",
    "GET, /bucket/?uploads&prefix=x, OTHER",
    "PUT, /bucket/key, PUT",
    "PUT, /bucket/key?partNumber=2&uploadId=x, UPLOAD_PART",
    "POST, /bucket/key?uploads, CREATE_UPLOAD",
    "POST, /bucket/key?uploads=, CREATE_UPLOAD",
    "POST, /bucket/key?uploadId=x, COMPLETE_UPLOAD",
    "DELETE, /bucket/key?uploadId=x, ABORT_UPLOAD",
    "DELETE, /bucket/key, DELETE",
    "POST, /bucket?delete, DELETE_OBJECTS",
    "POST, /bucket/?delete=, DELETE_OBJECTS",
    "PUT, /bucket, OTHER",
    "OPTIONS, /bucket/key, OTHER",
  })
  void of_request_isItsKind(String method, String target, RequestKind kind) {
    assertThat(RequestKind.of(method, target, false)).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({"/bucket/key, COPY", "/bucket/key?partNumber=1&uploadId=x, COPY_PART"})
  void of_putWithCopySource_isACopy(String target, RequestKind kind) {
    assertThat(RequestKind.of("PUT", target, true)).isEqualTo(kind);
  }
}
