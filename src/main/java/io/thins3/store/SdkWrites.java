package io.thins3.store;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * All through the SDK. Headers are given as they are, and not by the requests' members: of those
 * the SDK makes checksums of its own.
 */
final class SdkWrites implements WriteCalls {
  /** What a store calls an object that nothing is said of. */
  private static final String ANY_TYPE = "binary/octet-stream";

  private final BucketAccess access;

  SdkWrites(BucketAccess access) {
    this.access = access;
  }

  private static Consumer<AwsRequestOverrideConfiguration.Builder> with(
      Map<String, String> headers) {
    return configuration -> headers.forEach(configuration::putHeader);
  }

  private static Consumer<AwsRequestOverrideConfiguration.Builder> with(
      Map<String, String> headers, Tries tries) {
    return configuration -> {
      headers.forEach(configuration::putHeader);
      configuration.putExecutionAttribute(Tries.OF_CALL, tries);
    };
  }

  private static RequestBody body(Content content, String type) {
    return content.length() == 0
        ? RequestBody.empty()
        : RequestBody.fromContentProvider(() -> ContentStream.of(content), content.length(), type);
  }

  @Override
  public Written put(String key, Content content, Map<String, String> headers, Tries tries)
      throws StoreException {
    PutObjectRequest request =
        PutObjectRequest.builder()
            .bucket(access.bucket())
            .key(key)
            .overrideConfiguration(with(headers, tries))
            .build();
    RequestBody body = body(content, headers.getOrDefault("content-type", ANY_TYPE));
    PutObjectResponse response =
        access.call(S3Operation.PUT, key, client -> client.putObject(request, body));
    return written(response.eTag(), response.sdkHttpResponse());
  }

  @Override
  public String createUpload(String key, Map<String, String> headers) throws StoreException {
    CreateMultipartUploadRequest request =
        CreateMultipartUploadRequest.builder()
            .bucket(access.bucket())
            .key(key)
            .overrideConfiguration(with(headers))
            .build();
    String id =
        access
            .call(S3Operation.CREATE_UPLOAD, key, client -> client.createMultipartUpload(request))
            .uploadId();
    return id == null ? "" : id;
  }

  @Override
  public Written uploadPart(
      String key, String uploadId, int number, Content content, Map<String, String> headers)
      throws StoreException {
    UploadPartRequest request =
        UploadPartRequest.builder()
            .bucket(access.bucket())
            .key(key)
            .uploadId(uploadId)
            .partNumber(number)
            .overrideConfiguration(with(headers))
            .build();
    RequestBody body = body(content, ANY_TYPE);
    UploadPartResponse response =
        access.call(S3Operation.UPLOAD_PART, key, client -> client.uploadPart(request, body));
    return written(response.eTag(), response.sdkHttpResponse());
  }

  @Override
  public Written copyPart(
      String key, String uploadId, int number, String sourceKey, Map<String, String> headers)
      throws StoreException {
    UploadPartCopyRequest request =
        UploadPartCopyRequest.builder()
            .sourceBucket(access.bucket())
            .sourceKey(sourceKey)
            .destinationBucket(access.bucket())
            .destinationKey(key)
            .uploadId(uploadId)
            .partNumber(number)
            .overrideConfiguration(with(headers))
            .build();
    UploadPartCopyResponse response =
        access.call(S3Operation.COPY_PART, key, client -> client.uploadPartCopy(request));
    return written(
        response.copyPartResult() == null ? null : response.copyPartResult().eTag(),
        response.sdkHttpResponse());
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
    List<CompletedPart> list =
        parts.stream().map(part -> completed(part, checksums ? part.checksum() : null)).toList();
    CompleteMultipartUploadRequest request =
        CompleteMultipartUploadRequest.builder()
            .bucket(access.bucket())
            .key(key)
            .uploadId(uploadId)
            .multipartUpload(upload -> upload.parts(list))
            .overrideConfiguration(with(headers, tries))
            .build();
    CompleteMultipartUploadResponse response =
        access.call(
            S3Operation.COMPLETE_UPLOAD, key, client -> client.completeMultipartUpload(request));
    return written(response.eTag(), response.sdkHttpResponse());
  }

  private static CompletedPart completed(UploadedPart part, @Nullable ObjectChecksum sum) {
    CompletedPart.Builder builder =
        CompletedPart.builder().partNumber(part.number()).eTag(part.etag());
    if (sum != null) {
      switch (sum.algorithm()) {
        case CRC32C -> builder.checksumCRC32C(sum.value());
        case CRC32 -> builder.checksumCRC32(sum.value());
        case CRC64NVME -> builder.checksumCRC64NVME(sum.value());
        case SHA256 -> builder.checksumSHA256(sum.value());
        case SHA1 -> builder.checksumSHA1(sum.value());
      }
    }
    return builder.build();
  }

  @Override
  public void abortUpload(String key, String uploadId) throws StoreException {
    AbortMultipartUploadRequest request =
        AbortMultipartUploadRequest.builder()
            .bucket(access.bucket())
            .key(key)
            .uploadId(uploadId)
            .build();
    access.call(S3Operation.ABORT_UPLOAD, key, client -> client.abortMultipartUpload(request));
  }

  @Override
  public Written copy(String sourceKey, String key, Map<String, String> headers)
      throws StoreException {
    CopyObjectRequest request =
        CopyObjectRequest.builder()
            .sourceBucket(access.bucket())
            .sourceKey(sourceKey)
            .destinationBucket(access.bucket())
            .destinationKey(key)
            .overrideConfiguration(with(headers))
            .build();
    CopyObjectResponse response =
        access.call(S3Operation.COPY, key, client -> client.copyObject(request));
    return written(
        response.copyObjectResult() == null ? null : response.copyObjectResult().eTag(),
        response.sdkHttpResponse());
  }

  @Override
  public void delete(String key) throws StoreException {
    DeleteObjectRequest request =
        DeleteObjectRequest.builder().bucket(access.bucket()).key(key).build();
    access.call(S3Operation.DELETE, key, client -> client.deleteObject(request));
  }

  @Override
  public Map<String, Refusal> deleteObjects(List<String> keys) throws StoreException {
    List<ObjectIdentifier> list =
        keys.stream().map(key -> ObjectIdentifier.builder().key(key).build()).toList();
    DeleteObjectsRequest request =
        DeleteObjectsRequest.builder()
            .bucket(access.bucket())
            .delete(delete -> delete.objects(list).quiet(true))
            .build();
    Map<String, Refusal> refusals = new LinkedHashMap<>();
    for (S3Error error :
        access
            .call(S3Operation.DELETE_OBJECTS, keys.get(0), client -> client.deleteObjects(request))
            .errors()) {
      refusals.put(
          String.valueOf(error.key()),
          new Refusal(
              error.code() == null ? "" : error.code(),
              error.message() == null ? "" : error.message()));
    }
    return refusals;
  }

  private static Written written(@Nullable String etag, SdkHttpResponse response) {
    Instant date = DirectRequests.time(response.firstMatchingHeader("Date").orElse(null));
    return new Written(etag, date);
  }
}
