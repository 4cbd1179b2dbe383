package io.thins3.store;

import static io.thins3.store.StoreFixture.by;
import static io.thins3.store.StoreFixture.failure;
import static io.thins3.store.StoreFixture.mount;
import static io.thins3.store.StoreFixture.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.thins3.config.HttpClientKind;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.Checksums;
import io.thins3.testing.S3Server;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Checksums of whole objects as a real server gives them. */
class S3ObjectStoreChecksumIT {
  private static final S3Server SERVER = S3Server.shared();
  private static final int PART = 5 << 20;

  private final String bucket = SERVER.createBucket();
  private final S3ObjectStore store =
      open(by(client(), mount(SERVER.endpoint(), bucket, "", SERVER.credentials())));

  /** The HTTP client under test; a subclass has the other. */
  HttpClientKind client() {
    return HttpClientKind.NATIVE;
  }

  @BeforeEach
  void keepsChecksums() {
    assumeThat(SERVER.isMinio()).as("s3proxy keeps no checksums").isTrue();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static ObjectChecksum sum(ChecksumAlgorithm algorithm, byte[] content) {
    return Checksums.of(algorithm, ByteBuffer.wrap(content));
  }

  private static void with(PutObjectRequest.Builder request, ObjectChecksum sum) {
    switch (sum.algorithm()) {
      case CRC32C -> request.checksumCRC32C(sum.value());
      case CRC32 -> request.checksumCRC32(sum.value());
      case CRC64NVME -> request.checksumCRC64NVME(sum.value());
      case SHA256 -> request.checksumSHA256(sum.value());
      case SHA1 -> request.checksumSHA1(sum.value());
    }
  }

  private static byte[] all(ObjectBody body, int size) throws StoreException {
    ByteBuffer all = ByteBuffer.allocate(size);
    while (all.hasRemaining() && body.read(all) >= 0) {
      assertThat(all.position()).isPositive();
    }
    return all.array();
  }

  @ParameterizedTest
  @EnumSource(ChecksumAlgorithm.class)
  void checksum_ofEachAlgorithm_comesByHeadAndWithTheWhole(ChecksumAlgorithm algorithm)
      throws Exception {
    byte[] content = bytes(200_003);
    ObjectChecksum expected = sum(algorithm, content);
    String etag =
        SERVER
            .client()
            .putObject(
                b -> with(b.bucket(bucket).key("k"), expected), RequestBody.fromBytes(content))
            .eTag();

    assertThat(store.checksum("k", etag)).contains(expected);
    try (ObjectBody body = store.getWhole("k", etag, content.length)) {
      assertThat(body.checksum()).isEqualTo(expected);
      assertThat(all(body, content.length)).isEqualTo(content);
    }
    try (ObjectBody body = store.get("k", etag, 0, content.length)) {
      assertThat(body.checksum()).as("never with a range").isNull();
    }
  }

  @Test
  void checksum_anotherVersionOrNone_fails() {
    SERVER.put(bucket, "k", bytes(10));
    assertThat(failure(() -> store.checksum("k", "\"other\"")).kind())
        .isEqualTo(Kind.PRECONDITION_FAILED);
    assertThat(failure(() -> store.getWhole("k", "\"other\"", 10)).kind())
        .isEqualTo(Kind.PRECONDITION_FAILED);
    assertThat(failure(() -> store.checksum("nothing", "\"other\"")).kind())
        .isIn(Kind.NO_SUCH_KEY, Kind.PRECONDITION_FAILED);
  }

  @Test
  void checksum_copy_hasOneOfTheWhole() throws Exception {
    byte[] content = bytes(1000);
    SERVER.put(bucket, "k", content);
    SERVER
        .client()
        .copyObject(
            b ->
                b.sourceBucket(bucket)
                    .sourceKey("k")
                    .destinationBucket(bucket)
                    .destinationKey("c"));
    String etag = store.head("c").orElseThrow().etag();
    ObjectChecksum found = store.checksum("c", etag).orElseThrow();
    assertThat(found).isEqualTo(sum(found.algorithm(), content));
  }

  @Test
  void checksum_multipartFullObject_isOfTheWhole() throws Exception {
    byte[] content = bytes(PART + 1000);
    String etag = multipart(content, ChecksumType.FULL_OBJECT);
    assertThat(store.checksum("k", etag)).contains(sum(ChecksumAlgorithm.CRC32C, content));
  }

  @Test
  void checksum_multipartComposite_isSaidToBeOne() throws Exception {
    String etag = multipart(bytes(PART + 1000), ChecksumType.COMPOSITE);
    assertThat(store.checksum("k", etag).orElseThrow())
        .matches(ObjectChecksum::composite)
        .matches(sum -> sum.algorithm() == ChecksumAlgorithm.CRC32C);
  }

  private String multipart(byte[] content, ChecksumType type) {
    String id =
        SERVER
            .client()
            .createMultipartUpload(
                b -> b.bucket(bucket).key("k").checksumAlgorithm("CRC32C").checksumType(type))
            .uploadId();
    List<CompletedPart> parts = new ArrayList<>();
    for (int from = 0; from < content.length; from += PART) {
      byte[] part = Arrays.copyOfRange(content, from, Math.min(content.length, from + PART));
      int number = parts.size() + 1;
      String crc = sum(ChecksumAlgorithm.CRC32C, part).value();
      String etag =
          SERVER
              .client()
              .uploadPart(
                  b ->
                      b.bucket(bucket).key("k").uploadId(id).partNumber(number).checksumCRC32C(crc),
                  RequestBody.fromBytes(part))
              .eTag();
      parts.add(CompletedPart.builder().partNumber(number).eTag(etag).checksumCRC32C(crc).build());
    }
    return SERVER
        .client()
        .completeMultipartUpload(
            b ->
                b.bucket(bucket)
                    .key("k")
                    .uploadId(id)
                    .checksumType(type)
                    .multipartUpload(m -> m.parts(parts)))
        .eTag();
  }
}
