package io.thins3.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.thins3.store.ChecksumAlgorithm;
import io.thins3.store.Content;
import io.thins3.store.Precondition;
import io.thins3.store.StoreException;
import io.thins3.store.StoreException.Kind;
import io.thins3.store.StoredObject;
import io.thins3.store.UploadedPart;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The simulated bucket obeys the rules that MinIO has. */
class MemoryObjectStoreTest {
  private static final int PART = (int) UploadedPart.LEAST_BYTES;

  private final MemoryObjectStore store = new MemoryObjectStore();

  private static Content content(int bytes) {
    return Content.of(null, List.of(ByteBuffer.allocate(bytes)));
  }

  private static Kind kind(ThrowingCallable call) {
    StoreException failure = catchThrowableOfType(StoreException.class, call);
    assertThat(failure).as("a StoreException").isNotNull();
    return failure.kind();
  }

  @Test
  void put_conditions_holdOrFail() throws Exception {
    StoredObject one = store.put("k", content(5), Map.of(), Precondition.ABSENT);
    assertThat(kind(() -> store.put("k", content(5), Map.of(), Precondition.ABSENT)))
        .isEqualTo(Kind.PRECONDITION_FAILED);
    Precondition same = Precondition.match(one.etag());
    assertThat(kind(() -> store.put("none", content(5), Map.of(), same)))
        .isEqualTo(Kind.NO_SUCH_KEY);
    assertThat(store.put("k", content(6), Map.of(), same).etag()).isNotEqualTo(one.etag());
    assertThat(store.count("PUT")).isEqualTo(4);
    assertThat(store.bytesSent("PUT")).isEqualTo(21);
  }

  @Test
  void upload_ofCopiesAndParts_isOneObject() throws Exception {
    StoredObject source = store.put("s", content(PART + 1), Map.of(), Precondition.NONE);
    String id = store.beginUpload("k", Map.of("x-amz-meta-a", "b"), null);
    UploadedPart one = store.copyPart("k", id, 1, "s", source.etag(), 1, PART);
    UploadedPart two = store.uploadPart("k", id, 2, content(3));
    UploadedPart three = store.uploadPart("k", id, 3, content(3));
    assertThat(
            kind(
                () ->
                    store.completeUpload(
                        "k", id, List.of(one, two, three), Precondition.NONE, null)))
        .as("a small part that is not the last")
        .isEqualTo(Kind.INVALID_REQUEST);

    StoredObject stored =
        store.completeUpload("k", id, List.of(one, two), Precondition.ABSENT, null);

    assertThat(stored.etag()).endsWith("-2\"");
    assertThat(store.details("k").orElseThrow().userMetadata()).containsEntry("a", "b");
    assertThat(store.content("k")).hasSize(PART + 3);
    assertThat(store.uploads()).isEmpty();
    assertThat(kind(() -> store.uploadPart("k", id, 1, content(3)))).isEqualTo(Kind.NO_SUCH_UPLOAD);
  }

  @Test
  void upload_withAlgorithm_takesNoCopies() throws Exception {
    StoredObject source = store.put("s", content(10), Map.of(), Precondition.NONE);
    String id = store.beginUpload("k", Map.of(), ChecksumAlgorithm.CRC32C);

    assertThat(kind(() -> store.copyPart("k", id, 1, "s", source.etag(), 0, 10)))
        .isEqualTo(Kind.INVALID_REQUEST);
    assertThat(kind(() -> store.uploadPart("k", id, 1, content(10))))
        .isEqualTo(Kind.INVALID_REQUEST);
  }
}
