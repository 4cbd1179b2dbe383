package io.thins3.store;

import static io.thins3.store.StoreFixture.by;
import static io.thins3.store.StoreFixture.failure;
import static io.thins3.store.StoreFixture.mount;
import static io.thins3.store.StoreFixture.open;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.thins3.config.BucketMount;
import io.thins3.config.Credentials;
import io.thins3.config.HttpClientKind;
import io.thins3.config.ListType;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.S3Server;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The calls against a real server, when all is well and when the object is not as expected. */
class S3ObjectStoreIT {
  /** The HTTP client under test; a subclass has the other. */
  HttpClientKind client() {
    return HttpClientKind.NATIVE;
  }

  private BucketMount byClient(
      URI endpoint, String bucket, String prefix, Credentials credentials) {
    return by(client(), mount(endpoint, bucket, prefix, credentials));
  }

  private static final S3Server SERVER = S3Server.shared();

  private final String bucket = SERVER.createBucket();
  private final S3ObjectStore store =
      open(byClient(SERVER.endpoint(), bucket, "", SERVER.credentials()));

  @AfterEach
  void close() {
    store.close();
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  /** Keys that are hard on XML, URLs and logs. All are kept by MinIO. */
  static List<String> oddKeys() {
    return List.of(
        "plus+plus",
        "percent%2Fsign%",
        "space  s/ pace ",
        "control\u0001\u001f\u007f",
        "newline\nreturn\r tab\t",
        "emoji😀/👩‍👩‍👧",
        "last\uffff",
        "back\\slash",
        "&amp;<tag>'\"",
        "question?hash#semi;colon:",
        "cafe\u0301 café",
        "é".repeat(100),
        "x/y/z/",
        "*~!()[]{}|^`=,@$");
  }

  @Test
  void head_object_hasItsAttributes() throws Exception {
    Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    String etag = SERVER.put(bucket, "dir/file", bytes(1234));

    ObjectInfo info = store.head("dir/file").orElseThrow();

    assertThat(info.key()).isEqualTo("dir/file");
    assertThat(info.size()).isEqualTo(1234);
    assertThat(info.etag()).isEqualTo(etag);
    assertThat(info.lastModified())
        .isEqualTo(info.lastModified().truncatedTo(ChronoUnit.SECONDS))
        .isBetween(before.minusSeconds(2), Instant.now().plusSeconds(2));
    assertThat(store.list(ListRequest.directory("dir/")).objects()).containsExactly(info);
  }

  @Test
  void head_missingKey_isEmpty() throws Exception {
    assertThat(store.head("nothing")).isEmpty();
    assertThat(store.head("no/thing/")).isEmpty();
  }

  @Test
  void calls_missingBucket_sayWhichIsMissing() {
    try (S3ObjectStore missing =
        open(byClient(SERVER.endpoint(), "no-such-bucket-here", "", SERVER.credentials()))) {
      StoreException head = failure(() -> missing.head("key"));
      StoreException list = failure(() -> missing.list(ListRequest.directory("p/")));
      StoreException get =
          failure(() -> StoreFixture.fill(missing, "key", "\"e\"", 0, ByteBuffer.allocate(1)));

      assertThat(List.of(head.kind(), list.kind(), get.kind())).containsOnly(Kind.NO_SUCH_BUCKET);
      assertThat(list)
          .hasMessageStartingWith(
              "LIST s3://no-such-bucket-here/p/: NoSuchBucket (404, request id ")
          .hasMessageNotContaining(SERVER.secretKey());
    }
  }

  @ParameterizedTest
  @MethodSource("oddKeys")
  void oddKey_listedHeadAndRead_isTheSame(String key) throws Exception {
    assumeThat(SERVER.isMinio() || !key.chars().anyMatch(c -> c < ' ' || c == 0xffff))
        .as("s3proxy's listing cannot carry this key")
        .isTrue();
    String etag = SERVER.put(bucket, key, key.getBytes(UTF_8));

    assertThat(store.list(ListRequest.probe("")).objects())
        .extracting(ObjectInfo::key)
        .containsExactly(key);
    assertThat(store.list(ListRequest.probe(key)).objects())
        .extracting(ObjectInfo::key)
        .containsExactly(key);
    if (SERVER.isMinio() || !key.endsWith("/")) {
      assertThat(store.head(key).orElseThrow().etag()).isEqualTo(etag);
    } else {
      // s3proxy's directory markers are always empty.
      assertThat(store.head(key).orElseThrow().size()).isZero();
      return;
    }
    ByteBuffer read = ByteBuffer.allocate(key.getBytes(UTF_8).length);
    StoreFixture.fill(store, key, etag, 0, read);
    assertThat(new String(read.array(), UTF_8)).isEqualTo(key);
  }

  @ParameterizedTest
  @MethodSource("oddKeys")
  void oddKey_missing_hasItsKindInAllCalls(String key) throws Exception {
    assertThat(store.head(key)).isEmpty();
    assertThat(store.list(ListRequest.probe(key)).isEmpty()).isTrue();

    StoreException failure =
        failure(() -> StoreFixture.fill(store, key, "\"e\"", 0, ByteBuffer.allocate(1)));

    assertThat(failure.kind()).isEqualTo(Kind.NO_SUCH_KEY);
    assertThat(failure).hasMessageContaining("NoSuchKey (404, request id ");
    assertThat(failure.getMessage()).doesNotContainPattern("\\p{Cntrl}");
  }

  @Test
  void oddKeys_asDirectories_arePrefixes() throws Exception {
    assumeThat(SERVER.isMinio()).as("s3proxy's listing cannot carry all of these").isTrue();
    for (String name : List.of("a+b", "c%20", "d\u0001", "e\n", "f😀", "g h")) {
      SERVER.put(bucket, "top/" + name + "/file", bytes(1));
    }

    ListPage page = store.list(ListRequest.directory("top/"));

    assertThat(page.objects()).isEmpty();
    assertThat(page.commonPrefixes())
        .containsExactly(
            "top/a+b/", "top/c%20/", "top/d\u0001/", "top/e\n/", "top/f😀/", "top/g h/");
  }

  @Test
  void details_afterReplacement_keepWhatWasSaidBeside() throws Exception {
    assumeThat(SERVER.isMinio()).as("s3proxy keeps no headers").isTrue();
    String key = "odd dir/+%é";
    SERVER
        .client()
        .putObject(
            b ->
                b.bucket(bucket)
                    .key(key)
                    .contentType("text/plain; charset=utf-8")
                    .cacheControl("max-age=5")
                    .contentLanguage("de")
                    .contentEncoding("x-none")
                    .contentDisposition("inline")
                    .storageClass("REDUCED_REDUNDANCY")
                    .metadata(Map.of("mtime", "1.5", "a", "b c")),
            software.amazon.awssdk.core.sync.RequestBody.fromBytes(bytes(100)));
    ObjectDetails before = store.details(key).orElseThrow();
    assertThat(before.userMetadata())
        .containsOnly(Map.entry("mtime", "1.5"), Map.entry("a", "b c"));
    assertThat(before.storageClass()).isEqualTo("REDUCED_REDUNDANCY");
    assertThat(before.info()).isEqualTo(store.head(key).orElseThrow());
    assertThat(before.versionId()).isNull();

    store.writer().replaceMetadata(before, Map.of("new%2e", "=?UTF-8?B?w6k=?="));

    ObjectDetails after = store.details(key).orElseThrow();
    assertThat(after.userMetadata()).containsOnly(Map.entry("new%2e", "=?UTF-8?B?w6k=?="));
    assertThat(after.kept()).isEqualTo(before.kept()).hasSize(6);
    assertThat(after.checksum()).isEqualTo(before.checksum()).isNotNull();
    assertThat(after.info().etag()).isEqualTo(before.info().etag());
    ByteBuffer read = ByteBuffer.allocate(100);
    StoreFixture.fill(store, key, after.info().etag(), 0, read);
    assertThat(read.array()).isEqualTo(bytes(100));
  }

  @Test
  void replaceMetadata_ofAnotherVersion_failsAndChangesNothing() throws Exception {
    assumeThat(SERVER.isMinio()).as("s3proxy's self-copy").isTrue();
    SERVER.put(bucket, "k", bytes(1));
    ObjectDetails old = store.details("k").orElseThrow();
    SERVER.put(bucket, "k", bytes(2));

    assertThat(failure(() -> store.writer().replaceMetadata(old, Map.of("a", "b"))).kind())
        .isEqualTo(Kind.PRECONDITION_FAILED);
    assertThat(store.details("k").orElseThrow().userMetadata()).isEmpty();
    SERVER.delete(bucket, "k");
    assertThat(failure(() -> store.writer().replaceMetadata(old, Map.of("a", "b"))).kind())
        .isEqualTo(Kind.NO_SUCH_KEY);
    assertThat(store.details("k")).isEmpty();
  }

  @Test
  void list_byListObjects_isTheSame() throws Exception {
    assumeThat(SERVER.isMinio()).as("s3proxy's listing cannot carry all of these").isTrue();
    for (String key : oddKeys()) {
      SERVER.put(bucket, key, bytes(3));
    }
    BucketMount mount = byClient(SERVER.endpoint(), bucket, "", SERVER.credentials());
    try (S3ObjectStore older =
        open(StoreFixture.with(mount, mount.http().withListType(ListType.V1)))) {
      for (String delimiter : Arrays.asList("/", null)) {
        for (int size : List.of(1, 2, 1000)) {
          ListRequest request = new ListRequest("", delimiter, null, null, size);
          assertThat(all(older, request)).isEqualTo(all(store, request)).isNotEmpty();
        }
      }
    }
  }

  private static List<Object> all(S3ObjectStore from, ListRequest first) throws StoreException {
    List<Object> found = new ArrayList<>();
    ListPage page = from.list(first);
    while (true) {
      found.addAll(page.objects());
      found.addAll(page.commonPrefixes());
      String token = page.nextToken();
      if (token == null) {
        return found;
      }
      page = from.list(first.after(token));
    }
  }

  @Test
  void list_manyKeys_comeInPagesWithoutGapOrRepetition() throws Exception {
    // s3proxy takes 20 ms for a put.
    int count = SERVER.isMinio() ? 2500 : 1100;
    List<String> keys =
        IntStream.range(0, count).mapToObj(i -> "many/%04d+%%".formatted(i)).toList();
    keys.parallelStream().forEach(key -> SERVER.put(bucket, key, new byte[0]));
    SERVER.put(bucket, "many/dir/below", bytes(1));

    List<String> found = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    List<Integer> pages = new ArrayList<>();
    ListRequest request = ListRequest.directory("many/");
    for (ListPage page = store.list(request); ; page = store.list(request)) {
      page.objects().forEach(object -> found.add(object.key()));
      prefixes.addAll(page.commonPrefixes());
      pages.add(page.objects().size() + page.commonPrefixes().size());
      String token = page.nextToken();
      if (token == null) {
        break;
      }
      request = request.after(token);
    }

    assertThat(found).containsExactlyElementsOf(keys);
    assertThat(prefixes).containsExactly("many/dir/");
    assertThat(pages.subList(0, pages.size() - 1)).containsOnly(1000);
    assertThat(pages.get(pages.size() - 1)).isEqualTo((count + 1) % 1000);
  }

  @Test
  void list_names_areInTheOrderOfTheirBytes() throws Exception {
    assumeThat(SERVER.isMinio()).as("s3proxy lists in UTF-16 order").isTrue();
    Map<byte[], String> ordered =
        new TreeMap<>(Comparator.comparing(b -> b, Arrays::compareUnsigned));
    for (String key : List.of("a", "a b", "a-b", "a.b", "a0", "\uffee", "😀", "é", "B")) {
      ordered.put(key.getBytes(UTF_8), key);
      SERVER.put(bucket, key, bytes(1));
    }

    assertThat(store.list(ListRequest.directory("")).objects())
        .extracting(ObjectInfo::key)
        .containsExactlyElementsOf(ordered.values());
  }

  @Test
  void list_missingPrefix_isEmpty() throws Exception {
    assertThat(store.list(ListRequest.directory("nothing/")).isEmpty()).isTrue();
    assertThat(store.list(ListRequest.probe("nothing")).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void get_anyRange_isThatOfTheObject(boolean direct) throws Exception {
    byte[] content = bytes(300_007);
    String etag = SERVER.put(bucket, "object", content);
    Random random = new Random(7);
    for (int i = 0; i < 20; i++) {
      int offset = random.nextInt(content.length);
      int length = 1 + random.nextInt(content.length - offset);
      int start = random.nextInt(10);
      ByteBuffer buffer =
          direct
              ? ByteBuffer.allocateDirect(content.length + 20)
              : ByteBuffer.allocate(content.length + 20);
      buffer.position(start).limit(start + length);

      StoreFixture.fill(store, "object", etag, offset, buffer);

      assertThat(buffer.hasRemaining()).isFalse();
      byte[] read = new byte[length];
      buffer.position(start).get(read);
      assertThat(read).isEqualTo(Arrays.copyOfRange(content, offset, offset + length));
    }
  }

  @Test
  void get_intoASlice_writesNothingElse() throws Exception {
    byte[] content = bytes(100);
    String etag = SERVER.put(bucket, "object", content);
    byte[] whole = new byte[300];
    ByteBuffer slice = ByteBuffer.wrap(whole).slice(50, 200).position(10).limit(60);

    StoreFixture.fill(store, "object", etag, 25, slice);

    byte[] expected = new byte[300];
    System.arraycopy(content, 25, expected, 60, 50);
    assertThat(whole).isEqualTo(expected);
  }

  @Test
  void get_replacedObject_failsItsPrecondition() {
    String old = SERVER.put(bucket, "object", bytes(10));
    SERVER.put(bucket, "object", bytes(20));

    StoreException failure =
        failure(() -> StoreFixture.fill(store, "object", old, 0, ByteBuffer.allocate(10)));

    assertThat(failure.kind()).isEqualTo(Kind.PRECONDITION_FAILED);
    assertThat(failure.status()).isEqualTo(412);
  }

  @Test
  void get_deletedObject_isNoSuchKey() {
    String old = SERVER.put(bucket, "object", bytes(10));
    SERVER.delete(bucket, "object");

    StoreException failure =
        failure(() -> StoreFixture.fill(store, "object", old, 0, ByteBuffer.allocate(10)));

    assertThat(failure.kind()).isEqualTo(Kind.NO_SUCH_KEY);
  }

  @Test
  void get_beyondTheEnd_isAnInvalidRange() {
    String etag = SERVER.put(bucket, "object", bytes(10));

    assertThat(
            failure(() -> StoreFixture.fill(store, "object", etag, 10, ByteBuffer.allocate(1)))
                .kind())
        .isEqualTo(Kind.INVALID_RANGE);
    assertThat(
            failure(() -> StoreFixture.fill(store, "object", etag, 5, ByteBuffer.allocate(6)))
                .kind())
        .isEqualTo(Kind.INVALID_RANGE);
  }

  @Test
  void get_emptyObject_isAnInvalidRange() {
    String etag = SERVER.put(bucket, "empty", new byte[0]);

    assertThat(
            failure(() -> StoreFixture.fill(store, "empty", etag, 0, ByteBuffer.allocate(1)))
                .kind())
        .isEqualTo(Kind.INVALID_RANGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a//b", ".", "x/../y"})
  void head_nameThatMinioRefuses_isAnInvalidRequest(String key) {
    assumeThat(SERVER.isMinio()).as("s3proxy has other rules for names").isTrue();

    assertThat(failure(() -> store.head(key)).kind()).isEqualTo(Kind.INVALID_REQUEST);
  }
}
