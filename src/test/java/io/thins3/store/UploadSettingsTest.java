package io.thins3.store;

import static io.thins3.store.StoreFixture.SOME;
import static io.thins3.store.StoreFixture.by;
import static io.thins3.store.StoreFixture.mount;
import static io.thins3.store.StoreFixture.open;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.config.BucketMount;
import io.thins3.config.HttpClientKind;
import io.thins3.config.Secret;
import io.thins3.config.UploadSettings;
import io.thins3.testing.ScriptedS3;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a mount says of its objects is said with the requests that it concerns. */
class UploadSettingsTest {
  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
  private static final String CUSTOMER = "x-amz-server-side-encryption-customer-key";
  private static final String SOURCE = "x-amz-copy-source-server-side-encryption-customer-key";

  private final ScriptedS3 server = ScriptedS3.start();

  @AfterEach
  void close() {
    server.close();
  }

  private S3ObjectStore store(
      HttpClientKind client, @Nullable String encryption, @Nullable Secret customer) {
    BucketMount plain = by(client, mount(server.endpoint(), "bucket", "", SOME));
    TreeMap<String, String> tags = new TreeMap<>(Map.of("a", "b c", "d", "&"));
    return open(
        new BucketMount(
            plain.name(),
            plain.path(),
            plain.bucket(),
            plain.prefix(),
            plain.endpoint(),
            plain.region(),
            plain.credentials(),
            plain.pathStyle(),
            plain.readOnly(),
            plain.uid(),
            plain.gid(),
            plain.fileMode(),
            plain.directoryMode(),
            plain.metadataTtl(),
            plain.negativeTtl(),
            plain.cheap(),
            plain.implicitDirectories(),
            true,
            plain.http(),
            new UploadSettings("STANDARD_IA", "private", encryption, null, customer, true, tags)));
  }

  private Map<String, String> last() {
    List<ScriptedS3.Request> all = server.requests();
    Map<String, String> sent = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    sent.putAll(all.get(all.size() - 1).headers());
    return sent;
  }

  private static ScriptedS3.Answer written() {
    return ScriptedS3.answer(
        200,
        Map.of("ETag", "\"e\"", "Content-Type", "application/xml"),
        "<R><UploadId>u</UploadId><ETag>\"e\"</ETag></R>".getBytes(UTF_8));
  }

  @ParameterizedTest
  @EnumSource(HttpClientKind.class)
  void customerKey_goesWithContentAlone(HttpClientKind client) throws Exception {
    server.always(written());
    try (S3ObjectStore store = store(client, null, Secret.of(KEY))) {
      ObjectWriter writer = store.writer();
      Content content = Content.of(null, List.of());

      writer.put("k", content, Map.of(), Precondition.NONE);
      assertThat(last())
          .containsEntry(CUSTOMER, KEY)
          .containsEntry("x-amz-server-side-encryption-customer-algorithm", "AES256")
          .containsKey("x-amz-server-side-encryption-customer-key-md5")
          .containsEntry("x-amz-storage-class", "STANDARD_IA")
          .containsEntry("x-amz-acl", "private")
          .containsEntry("x-amz-tagging", "a=b%20c&d=%26")
          .containsEntry("x-amz-request-payer", "requester");
      writer.uploadPart("k", "u", 1, content);
      assertThat(last()).containsEntry(CUSTOMER, KEY).doesNotContainKey("x-amz-storage-class");
      writer.copyPart("k", "u", 1, "s", "\"e\"", 0, 1);
      assertThat(last()).containsEntry(CUSTOMER, KEY).containsEntry(SOURCE, KEY);
      writer.copy("s", "\"e\"", "k", null);
      assertThat(last()).containsEntry(CUSTOMER, KEY).containsEntry(SOURCE, KEY);
      store.checksum("k", "\"e\"");
      assertThat(last()).containsEntry(CUSTOMER, KEY).doesNotContainKey(SOURCE);
      writer.delete("k");
      assertThat(last())
          .doesNotContainKey(CUSTOMER)
          .containsEntry("x-amz-request-payer", "requester");
      server.always(ScriptedS3.emptyListing());
      store.list(ListRequest.probe(""));
      assertThat(last())
          .doesNotContainKey(CUSTOMER)
          .containsEntry("x-amz-request-payer", "requester");
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClientKind.class)
  void encryption_goesWithNewObjects(HttpClientKind client) throws Exception {
    server.always(written());
    try (S3ObjectStore store = store(client, "aws:kms", null)) {
      store.writer().put("k", Content.of(null, List.of()), Map.of(), Precondition.NONE);
      assertThat(last()).containsEntry("x-amz-server-side-encryption", "aws:kms");
      store.writer().uploadPart("k", "u", 1, Content.of(null, List.of()));
      assertThat(last()).doesNotContainKey("x-amz-server-side-encryption");
    }
  }
}
