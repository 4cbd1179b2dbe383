package io.thins3.bench.server;

import io.thins3.bench.process.Deadline;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Direct access to the bucket of a run: preparing data, looking whether objects are complete,
 * removing what was made. Never on a timed path. Thread-safe.
 */
public final class Bucket implements AutoCloseable {
  private static final int PART_BYTES = 32 << 20;
  private static final int BATCH = 500;

  /** Longer than the SDK tries: four times, each until a socket has been silent for 30 s. */
  private static final Duration LONGEST_REQUEST = Duration.ofMinutes(5);

  private final Endpoint endpoint;
  private final String name;
  private final S3Client client;
  private final ExecutorService uploads;
  private volatile boolean removing;

  /** Opens a bucket; nothing is sent. */
  public Bucket(Endpoint endpoint, String name) {
    this.endpoint = endpoint;
    this.name = name;
    this.client =
        S3Client.builder()
            .endpointOverride(endpoint.uri())
            .region(Region.of(endpoint.region()))
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        endpoint.accessKey(), endpoint.secretKey().reveal())))
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .build();
    this.uploads =
        Executors.newFixedThreadPool(
            8,
            task -> {
              Thread thread = new Thread(task, "prepare");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Creates the bucket, in the endpoint's region. */
  public void create() throws IOException, InterruptedException {
    // On a thread that nobody interrupts: remove() waits for it, and finds the bucket or does not.
    Future<?> created =
        uploads.submit(() -> attempt("create", () -> client.createBucket(creation())));
    results(List.of(created), "the bucket could not be created");
  }

  private CreateBucketRequest creation() {
    CreateBucketRequest.Builder request = CreateBucketRequest.builder().bucket(name);
    if (!endpoint.region().equals(Region.US_EAST_1.id())) {
      request.createBucketConfiguration(c -> c.locationConstraint(endpoint.region()));
    }
    return request.build();
  }

  /**
   * Removes the bucket with all that is in it, created or not, and stores nothing from now on. What
   * is on its way when it begins may come in between: it tries until the bucket is gone.
   *
   * @throws TimeoutException when it is not gone in time
   */
  public void remove(Duration patience) throws Exception {
    removing = true;
    Deadline deadline = Deadline.in(patience);
    uploads.shutdown();
    if (!uploads.awaitTermination(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
      uploads.shutdownNow();
    }
    deadline.await("removing bucket " + name, 200, this::gone);
  }

  private boolean gone() throws IOException {
    try {
      deleteAll("");
      attempt("delete", () -> client.deleteBucket(b -> b.bucket(name)));
      return true;
    } catch (IOException e) {
      String code = e.getCause() instanceof S3Exception s3 ? s3.awsErrorDetails().errorCode() : "";
      if ("NoSuchBucket".equals(code)) {
        return true;
      }
      if ("BucketNotEmpty".equals(code)) {
        return false;
      }
      throw e;
    }
  }

  private void refuseWhenRemoving() {
    if (removing) {
      throw new CancellationException("bucket " + name + " is being removed");
    }
  }

  /** Signed addresses of this bucket, as seen at {@code uri} (the server or a proxy before it). */
  public Presigner presigner(URI uri) {
    return new Presigner(endpoint.at(uri), name);
  }

  /** Stores a small object. */
  public void put(String key, byte[] bytes) throws IOException {
    refuseWhenRemoving();
    attempt(
        "PUT " + key,
        () -> client.putObject(b -> b.bucket(name).key(key), RequestBody.fromBytes(bytes)));
  }

  /** Stores an object of any size. */
  public void putLarge(String key, Content content, long size) throws IOException {
    if (size <= PART_BYTES) {
      put(key, content.bytes(0, (int) size));
      return;
    }
    String id =
        attempt("POST " + key, () -> client.createMultipartUpload(b -> b.bucket(name).key(key)))
            .uploadId();
    List<CompletedPart> parts = new ArrayList<>();
    for (long offset = 0; offset < size; offset += PART_BYTES) {
      refuseWhenRemoving();
      byte[] bytes = content.bytes(offset, (int) Math.min(PART_BYTES, size - offset));
      int number = parts.size() + 1;
      String etag =
          attempt(
                  "PUT part of " + key,
                  () ->
                      client.uploadPart(
                          b -> b.bucket(name).key(key).uploadId(id).partNumber(number),
                          RequestBody.fromBytes(bytes)))
              .eTag();
      parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
    }
    attempt(
        "complete " + key,
        () ->
            client.completeMultipartUpload(
                b -> b.bucket(name).key(key).uploadId(id).multipartUpload(m -> m.parts(parts))));
  }

  /** Stores many small objects, several at once: key to size. */
  public void putAll(Map<String, Integer> sizes, Content content)
      throws IOException, InterruptedException {
    List<Future<?>> results = new ArrayList<>();
    sizes.forEach(
        (key, size) ->
            results.add(
                uploads.submit(
                    () -> {
                      put(key, content.bytes(key.hashCode() & 0xfffff, size));
                      return true;
                    })));
    results(results, "the data could not be prepared");
  }

  /** Waits for each; the SDK's own time limits are shorter than the longest wait for one. */
  private static void results(List<Future<?>> results, String failure)
      throws IOException, InterruptedException {
    try {
      for (Future<?> result : results) {
        result.get(LONGEST_REQUEST.toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (ExecutionException e) {
      throw new IOException(failure + ": " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IOException(
          "%s: no answer within %d s".formatted(failure, LONGEST_REQUEST.toSeconds()), e);
    } finally {
      results.forEach(result -> result.cancel(false));
    }
  }

  /** All keys below a prefix with their sizes, in the store's order. */
  public SortedMap<String, Long> list(String prefix) throws IOException {
    return attempt(
        "LIST " + prefix,
        () -> {
          TreeMap<String, Long> sizes = new TreeMap<>();
          client
              .listObjectsV2Paginator(b -> b.bucket(name).prefix(prefix))
              .contents()
              .forEach((S3Object object) -> sizes.put(object.key(), object.size()));
          return sizes;
        });
  }

  /** Removes every object below a prefix, and unfinished uploads that the server tells of. */
  public void deleteAll(String prefix) throws IOException {
    List<String> keys = List.copyOf(list(prefix).keySet());
    for (List<String> batch :
        IntStream.range(0, (keys.size() + BATCH - 1) / BATCH)
            .mapToObj(i -> keys.subList(i * BATCH, Math.min(keys.size(), (i + 1) * BATCH)))
            .toList()) {
      List<ObjectIdentifier> identifiers =
          batch.stream().map(key -> ObjectIdentifier.builder().key(key).build()).toList();
      delete(prefix, identifiers);
    }
    for (MultipartUpload upload :
        attempt("LIST uploads of " + prefix, () -> client.listMultipartUploads(b -> b.bucket(name)))
            .uploads()) {
      if (upload.key().startsWith(prefix)) {
        abort(upload);
      }
    }
  }

  private void delete(String prefix, List<ObjectIdentifier> keys) throws IOException {
    List<S3Error> errors =
        attempt(
                "DELETE " + prefix,
                () -> client.deleteObjects(b -> b.bucket(name).delete(d -> d.objects(keys))))
            .errors();
    if (!errors.isEmpty()) {
      S3Error first = errors.get(0);
      throw new IOException(
          "%d of %d objects in bucket %s at %s were not removed, %s: %s"
              .formatted(
                  errors.size(), keys.size(), name, endpoint.uri(), first.key(), first.message()));
    }
  }

  private void abort(MultipartUpload upload) throws IOException {
    try {
      attempt(
          "abort " + upload.key(),
          () ->
              client.abortMultipartUpload(
                  b -> b.bucket(name).key(upload.key()).uploadId(upload.uploadId())));
    } catch (IOException e) {
      // Completed or aborted since it was listed.
      if (!(e.getCause() instanceof NoSuchUploadException)) {
        throw e;
      }
    }
  }

  private interface Call<T> {
    T run();
  }

  private <T> T attempt(String what, Call<T> call) throws IOException {
    try {
      return call.run();
    } catch (SdkException e) {
      throw new IOException(
          "%s in bucket %s at %s failed: %s".formatted(what, name, endpoint.uri(), e.getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    uploads.shutdownNow();
    client.close();
  }
}
