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
import io.thins3.testing.FaultProxy;
import io.thins3.testing.S3Server;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every call that changes a bucket, on a real server. */
class S3ObjectWriterIT {
  private static final S3Server SERVER = S3Server.shared();
  private static final int PART = 5 << 20;

  private final String bucket = SERVER.createBucket();
  private final FaultProxy network = FaultProxy.inFrontOf(SERVER.endpoint());
  private final S3ObjectStore store =
      open(by(client(), mount(network.endpoint(), bucket, "", SERVER.credentials())));
  private final ObjectWriter writer = store.writer();

  /** The HTTP client under test; a subclass has the other. */
  HttpClientKind client() {
    return HttpClientKind.NATIVE;
  }

  @BeforeEach
  void isMinio() {
    assumeThat(SERVER.isMinio()).as("s3proxy's conditions and checksums").isTrue();
  }

  @AfterEach
  void close() {
    store.close();
    network.close();
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static ObjectChecksum crc(byte[] content) {
    return Checksums.of(ChecksumAlgorithm.CRC32C, ByteBuffer.wrap(content));
  }

  /** In two pieces, one of them direct. */
  private static Content content(byte[] bytes, @Nullable ObjectChecksum checksum) {
    int half = bytes.length / 2;
    ByteBuffer direct = ByteBuffer.allocateDirect(half).put(bytes, 0, half).flip();
    return Content.of(checksum, List.of(direct, ByteBuffer.wrap(bytes, half, bytes.length - half)));
  }

  private static Content content(byte[] bytes) {
    return content(bytes, crc(bytes));
  }

  /** A content that writes itself in many pieces from one buffer. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  private record Pieces(byte[] bytes) implements Content {
    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public @Nullable ObjectChecksum checksum() {
      return null;
    }

    @Override
    public void writeTo(Sink sink) throws java.io.IOException {
      byte[] buffer = new byte[10_000];
      for (int from = 0; from < bytes.length; from += buffer.length) {
        int count = Math.min(buffer.length, bytes.length - from);
        System.arraycopy(bytes, from, buffer, 0, count);
        sink.write(ByteBuffer.wrap(buffer, 0, count));
      }
    }
  }

  private byte[] read(String key) throws StoreException {
    ObjectInfo info = store.head(key).orElseThrow();
    ByteBuffer all = ByteBuffer.allocate((int) info.size());
    if (all.hasRemaining()) {
      StoreFixture.fill(store, key, info.etag(), 0, all);
    }
    return all.array();
  }

  private StoredObject put(String key, byte[] bytes) throws StoreException {
    return writer.put(key, content(bytes), Map.of(), Precondition.NONE);
  }

  @Test
  void put_withHeadersAndChecksum_isStoredAsSaid() throws Exception {
    byte[] bytes = bytes(300_001);

    StoredObject stored =
        writer.put(
            "a b/ü",
            content(bytes),
            Map.of("content-type", "text/x-a; charset=utf-8", "x-amz-meta-mtime", "1.5"),
            Precondition.NONE);

    ObjectDetails details = store.details("a b/ü").orElseThrow();
    assertThat(details.info().etag()).isEqualTo(stored.etag());
    assertThat(details.userMetadata()).containsOnly(Map.entry("mtime", "1.5"));
    assertThat(details.kept()).containsEntry("content-type", "text/x-a; charset=utf-8");
    assertThat(details.checksum()).isEqualTo(crc(bytes));
    assertThat(details.info().lastModified())
        .isBetween(stored.storedAt().minusSeconds(2), stored.storedAt().plusSeconds(2));
    assertThat(read("a b/ü")).isEqualTo(bytes);
  }

  @Test
  void put_emptyAndOfPieces_isWhatTheyAre() throws Exception {
    put("empty", new byte[0]);
    assertThat(store.head("empty").orElseThrow().size()).isZero();
    put("dir/", new byte[0]);
    assertThat(store.head("dir/")).isPresent();

    writer.put("pieces", new Pieces(bytes(123_456)), Map.of(), Precondition.NONE);
    assertThat(read("pieces")).isEqualTo(bytes(123_456));
  }

  @ParameterizedTest
  @EnumSource(ChecksumAlgorithm.class)
  void put_checksumOfOtherBytes_isRefusedAndNothingIsThere(ChecksumAlgorithm algorithm)
      throws Exception {
    ObjectChecksum other = Checksums.of(algorithm, ByteBuffer.wrap(bytes(7)));

    StoreException failure =
        failure(() -> writer.put("k", content(bytes(100), other), Map.of(), Precondition.NONE));

    assertThat(failure.kind()).isEqualTo(Kind.CORRUPT);
    assertThat(store.head("k")).isEmpty();
  }

  @Test
  void put_contentThatCannotBeRead_isALocalFailure() {
    Content broken =
        new Content() {
          @Override
          public long length() {
            return 100_000;
          }

          @Override
          public @Nullable ObjectChecksum checksum() {
            return null;
          }

          @Override
          public void writeTo(Sink sink) throws java.io.IOException {
            sink.write(ByteBuffer.allocate(10));
            throw new java.io.IOException("the disk is broken");
          }
        };

    StoreException failure = failure(() -> writer.put("k", broken, Map.of(), Precondition.NONE));

    assertThat(failure.kind()).isEqualTo(Kind.LOCAL_FAILURE);
    assertThat(failure).hasMessageContaining("the disk is broken");
  }

  @Test
  void put_conditions_holdOrFail() throws Exception {
    byte[] large = bytes(400_000);
    StoredObject first = writer.put("k", content(large), Map.of(), Precondition.ABSENT);
    assertThat(failure(() -> writer.put("k", content(large), Map.of(), Precondition.ABSENT)).kind())
        .isEqualTo(Kind.PRECONDITION_FAILED);
    Precondition same = Precondition.match(first.etag());
    writer.put("k", content(bytes(5)), Map.of(), same);
    assertThat(failure(() -> writer.put("k", content(large), Map.of(), same)).kind())
        .isEqualTo(Kind.PRECONDITION_FAILED);
    assertThat(failure(() -> writer.put("none", content(bytes(5)), Map.of(), same)).kind())
        .isEqualTo(Kind.NO_SUCH_KEY);
    assertThat(read("k")).isEqualTo(bytes(5));
  }

  @Test
  void put_answerLost_conditionalOneFindsItself() throws Exception {
    put("warm", bytes(1));
    network.cutAfter(0, 1);
    byte[] bytes = bytes(1000);

    StoredObject stored =
        writer.put("k", content(bytes), Map.of("x-amz-meta-a", "b"), Precondition.ABSENT);

    assertThat(stored.etag()).isEqualTo(store.head("k").orElseThrow().etag());
    network.cutAfter(0, 1);
    StoredObject without = writer.put("n", content(bytes, null), Map.of(), Precondition.ABSENT);
    assertThat(without.etag()).isEqualTo(stored.etag());
    network.cutAfter(0, 1);
    assertThat(
            failure(() -> writer.put("k", content(bytes(3)), Map.of(), Precondition.ABSENT)).kind())
        .as("another's object")
        .isEqualTo(Kind.PRECONDITION_FAILED);
  }

  @Test
  void put_pooledConnectionsThatEnded_areReplaced() throws Exception {
    put("k", bytes(10));
    network.cutAll();
    put("k", bytes(200_000));
    network.cutAll();
    writer.delete("k");

    assertThat(store.head("k")).isEmpty();
  }

  private List<UploadedPart> upload(String key, String id, byte[] whole, boolean sums)
      throws StoreException {
    List<UploadedPart> parts = new ArrayList<>();
    for (int from = 0; from < whole.length; from += PART) {
      byte[] part = java.util.Arrays.copyOfRange(whole, from, Math.min(whole.length, from + PART));
      parts.add(
          writer.uploadPart(key, id, parts.size() + 1, content(part, sums ? crc(part) : null)));
    }
    return parts;
  }

  @Test
  void upload_withAlgorithm_hasTheWholesChecksum() throws Exception {
    byte[] whole = bytes(PART + 1000);
    String id = writer.beginUpload("k", Map.of("x-amz-meta-a", "b"), ChecksumAlgorithm.CRC32C);
    List<UploadedPart> parts = upload("k", id, whole, true);
    assertThat(store.head("k")).isEmpty();
    assertThat(
            failure(() -> writer.completeUpload("k", id, parts, Precondition.NONE, crc(bytes(3))))
                .kind())
        .isIn(Kind.CORRUPT, Kind.INVALID_REQUEST);

    StoredObject stored = writer.completeUpload("k", id, parts, Precondition.ABSENT, crc(whole));

    ObjectDetails details = store.details("k").orElseThrow();
    assertThat(stored.etag()).isEqualTo(details.info().etag()).isEqualTo(LostAnswers.etag(parts));
    assertThat(details.checksum()).isEqualTo(crc(whole));
    assertThat(details.userMetadata()).containsOnly(Map.entry("a", "b"));
    assertThat(read("k")).isEqualTo(whole);
  }

  @Test
  void upload_partsCopiedAndSent_makeOneObject() throws Exception {
    byte[] source = bytes(PART + 100);
    StoredObject old = put("src +ü", source);
    String id = writer.beginUpload("k", Map.of(), null);
    UploadedPart one = writer.copyPart("k", id, 1, "src +ü", old.etag(), 100, PART);
    UploadedPart two = writer.uploadPart("k", id, 2, content(bytes(10)));
    assertThat(failure(() -> writer.copyPart("k", id, 3, "src +ü", "\"other\"", 0, PART)).kind())
        .isEqualTo(Kind.PRECONDITION_FAILED);

    StoredObject stored =
        writer.completeUpload("k", id, List.of(one, two), Precondition.NONE, null);

    assertThat(stored.etag()).isEqualTo(LostAnswers.etag(List.of(one, two)));
    ByteBuffer expected = ByteBuffer.allocate(PART + 10).put(source, 100, PART).put(bytes(10));
    assertThat(read("k")).isEqualTo(expected.array());
  }

  @Test
  void upload_partWithWrongChecksum_isCorrupt() throws Exception {
    String id = writer.beginUpload("k", Map.of(), null);

    assertThat(
            failure(() -> writer.uploadPart("k", id, 1, content(bytes(10), crc(bytes(3))))).kind())
        .isEqualTo(Kind.CORRUPT);
  }

  @Test
  void upload_smallPartsOrUnknownUpload_areRefused() throws Exception {
    String id = writer.beginUpload("k", Map.of(), null);
    UploadedPart one = writer.uploadPart("k", id, 1, content(bytes(10)));
    UploadedPart two = writer.uploadPart("k", id, 2, content(bytes(10)));
    assertThat(
            failure(
                    () ->
                        writer.completeUpload("k", id, List.of(one, two), Precondition.NONE, null))
                .kind())
        .isEqualTo(Kind.INVALID_REQUEST);
    writer.abortUpload("k", id);
    writer.abortUpload("k", id);
    assertThat(
            failure(() -> writer.completeUpload("k", id, List.of(one), Precondition.NONE, null))
                .kind())
        .isEqualTo(Kind.NO_SUCH_UPLOAD);
    assertThat(failure(() -> writer.uploadPart("k", id, 1, content(bytes(3)))).kind())
        .isEqualTo(Kind.NO_SUCH_UPLOAD);
  }

  @Test
  void completeUpload_answerLost_isFound() throws Exception {
    for (Precondition precondition : List.of(Precondition.NONE, Precondition.ABSENT)) {
      String key = "k" + precondition.ifAbsent();
      String id = writer.beginUpload(key, Map.of(), null);
      List<UploadedPart> parts = upload(key, id, bytes(1000), false);
      network.cutAfter(0, 1);

      StoredObject stored = writer.completeUpload(key, id, parts, precondition, null);

      assertThat(stored.etag()).isEqualTo(LostAnswers.etag(parts));
      assertThat(read(key)).isEqualTo(bytes(1000));
    }
  }

  @Test
  void completeUpload_conditionFalse_leavesTheObject() throws Exception {
    put("k", bytes(5));
    String id = writer.beginUpload("k", Map.of(), null);
    List<UploadedPart> parts = upload("k", id, bytes(1000), false);

    assertThat(
            failure(() -> writer.completeUpload("k", id, parts, Precondition.ABSENT, null)).kind())
        .isEqualTo(Kind.PRECONDITION_FAILED);
    assertThat(read("k")).isEqualTo(bytes(5));
    writer.abortUpload("k", id);
  }

  @Test
  void copy_ofTheVersion_hasAllOfIt() throws Exception {
    StoredObject source =
        writer.put("a%2F+", content(bytes(500)), Map.of("x-amz-meta-a", "b"), Precondition.NONE);

    StoredObject copy = writer.copy("a%2F+", source.etag(), "c", "REDUCED_REDUNDANCY");

    ObjectDetails details = store.details("c").orElseThrow();
    assertThat(copy.etag()).isEqualTo(details.info().etag());
    assertThat(details.storageClass()).isEqualTo("REDUCED_REDUNDANCY");
    assertThat(details.userMetadata()).containsOnly(Map.entry("a", "b"));
    assertThat(read("c")).isEqualTo(bytes(500));
    assertThat(failure(() -> writer.copy("a%2F+", "\"other\"", "d", null)).kind())
        .isEqualTo(Kind.PRECONDITION_FAILED);
    assertThat(failure(() -> writer.copy("none", source.etag(), "d", null)).kind())
        .isEqualTo(Kind.NO_SUCH_KEY);
  }

  @Test
  void delete_manyWithOddNames_deletesAll() throws Exception {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 1100; i++) {
      keys.add("many/" + i);
    }
    List<String> odd =
        List.of("\u0001x", "\uFFFFy", "a\rb", "a\nb", "<&>\"'", "a+b %2F", "ü\uD83D\uDE00", "d/");
    for (String key : odd) {
      put(key, bytes(1));
    }
    put("many/0", bytes(1));
    put("many/1099", bytes(1));
    put("kept", bytes(1));
    keys.addAll(odd);

    assertThat(writer.delete(keys)).isEmpty();

    List<String> left = new ArrayList<>();
    store.list(ListRequest.probe("")).objects().forEach(info -> left.add(info.key()));
    assertThat(left).containsExactly("kept");
    writer.delete("kept");
    writer.delete("kept");
    assertThat(store.head("kept")).isEmpty();
  }
}
