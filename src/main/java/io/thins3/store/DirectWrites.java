package io.thins3.store;

import io.thins3.store.StoreException.Kind;
import io.thins3.store.http.Headers;
import io.thins3.store.http.HttpResponse;
import io.thins3.store.http.RequestBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/** Signed and sent by our own code; what is uploaded goes to the socket from where it lies. */
final class DirectWrites implements WriteCalls {
  private final BucketAccess access;
  private final WriteXml xml = new WriteXml();

  DirectWrites(BucketAccess access) {
    this.access = access;
  }

  /** What is sent, for each try anew. */
  private record Request(
      String method, String key, String query, Map<String, String> headers, RequestBody body) {
    HttpResponse send(DirectRequests requests, Duration atMost) throws IOException {
      Headers all = new Headers();
      headers.forEach(all::add);
      return requests.send(method, key, query, all, body, atMost);
    }
  }

  @Override
  public Written put(String key, Content content, Map<String, String> headers, Tries tries)
      throws StoreException {
    Request request = new Request("PUT", key, "", headers, new ContentBody(content));
    return access.direct(
        S3Operation.PUT,
        key,
        (requests, atMost) -> {
          tries.another();
          return inHead(request.send(requests, atMost));
        });
  }

  @Override
  public String createUpload(String key, Map<String, String> headers) throws StoreException {
    Request request = new Request("POST", key, "uploads=", headers, RequestBody.none());
    return access.direct(
        S3Operation.CREATE_UPLOAD,
        key,
        (requests, atMost) -> {
          String id = xml.text(ErrorAnswers.check(request.send(requests, atMost)), "UploadId");
          return id == null ? "" : id;
        });
  }

  @Override
  public Written uploadPart(
      String key, String uploadId, int number, Content content, Map<String, String> headers)
      throws StoreException {
    Request request =
        new Request("PUT", key, part(uploadId, number), headers, new ContentBody(content));
    return access.direct(
        S3Operation.UPLOAD_PART, key, (requests, atMost) -> inHead(request.send(requests, atMost)));
  }

  @Override
  public Written copyPart(
      String key, String uploadId, int number, String sourceKey, Map<String, String> headers)
      throws StoreException {
    return copy(S3Operation.COPY_PART, sourceKey, key, part(uploadId, number), headers);
  }

  @Override
  public Written copy(String sourceKey, String key, Map<String, String> headers)
      throws StoreException {
    return copy(S3Operation.COPY, sourceKey, key, "", headers);
  }

  private Written copy(
      S3Operation operation, String source, String key, String query, Map<String, String> headers)
      throws StoreException {
    Map<String, String> all = new java.util.TreeMap<>(headers);
    all.put("x-amz-copy-source", DirectRequests.copySource(access.bucket(), source));
    Request request = new Request("PUT", key, query, all, RequestBody.none());
    return access.direct(
        operation, key, (requests, atMost) -> inBody(request.send(requests, atMost)));
  }

  @Override
  public Written completeUpload(
      String key,
      String uploadId,
      List<UploadedPart> parts,
      boolean checksums,
      Map<String, String> headers,
      Tries tries)
      throws StoreException {
    Map<String, String> all = new java.util.TreeMap<>(headers);
    all.put("content-type", "application/xml");
    RequestBody body = RequestBody.of(ByteBuffer.wrap(WriteXml.parts(parts, checksums)));
    Request request = new Request("POST", key, upload(uploadId), all, body);
    return access.direct(
        S3Operation.COMPLETE_UPLOAD,
        key,
        (requests, atMost) -> {
          tries.another();
          return inBody(request.send(requests, atMost));
        });
  }

  @Override
  public void abortUpload(String key, String uploadId) throws StoreException {
    simple(S3Operation.ABORT_UPLOAD, key, upload(uploadId));
  }

  @Override
  public void delete(String key) throws StoreException {
    simple(S3Operation.DELETE, key, "");
  }

  private void simple(S3Operation operation, String key, String query) throws StoreException {
    Request request = new Request("DELETE", key, query, Map.of(), RequestBody.none());
    access.direct(
        operation,
        key,
        (requests, atMost) -> {
          request.send(requests, atMost).body().close();
          return key;
        });
  }

  @Override
  public Map<String, Refusal> deleteObjects(List<String> keys) throws StoreException {
    byte[] body = WriteXml.keys(keys);
    Map<String, String> headers =
        Map.of("content-type", "application/xml", "content-md5", md5(body));
    RequestBody content = RequestBody.of(ByteBuffer.wrap(body));
    Request request = new Request("POST", "", "delete=", headers, content);
    return access.direct(
        S3Operation.DELETE_OBJECTS,
        keys.get(0),
        (requests, atMost) -> {
          try {
            return xml.refusals(ErrorAnswers.check(request.send(requests, atMost)));
          } catch (XMLStreamException e) {
            throw access
                .errors()
                .failure(
                    Kind.BAD_RESPONSE,
                    S3Operation.DELETE_OBJECTS,
                    keys.get(0),
                    "the answer does not say what was deleted",
                    e);
          }
        });
  }

  private static String md5(byte[] body) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks MD5", e);
    }
  }

  private static String part(String uploadId, int number) {
    return "partNumber=" + number + "&" + upload(uploadId);
  }

  private static String upload(String uploadId) {
    return "uploadId=" + DirectCalls.encoded(uploadId);
  }

  private static Written inHead(HttpResponse response) {
    Written written = new Written(response.headers().first("ETag"), date(response));
    response.body().close();
    return written;
  }

  private Written inBody(HttpResponse response) throws IOException {
    byte[] body = ErrorAnswers.check(response);
    return new Written(xml.text(body, "ETag"), date(response));
  }

  private static @Nullable Instant date(HttpResponse response) {
    return DirectRequests.time(response.headers().first("Date"));
  }
}
