package io.thins3.meta;

import io.thins3.config.BucketMount;
import io.thins3.meta.Metadata.DirectoryMetadata;
import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.store.ListRequest;
import io.thins3.store.ObjectInfo;
import io.thins3.store.ObjectStore;
import io.thins3.store.StoreException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Asks the store what a path is. A path may be an object, and a directory, and both; the two
 * requests that find out go out together, because on a store 30 ms away asking in turn doubles the
 * time of every lookup of a directory. {@code --cheap} asks in turn, the object first, and takes
 * the first answer: half the requests for files, and an object wins over a directory of its name
 * then.
 */
final class NameQuestion {
  private final ObjectStore store;
  private final BucketMount mount;
  private final Executor executor;

  NameQuestion(ObjectStore store, BucketMount mount, Executor executor) {
    this.store = store;
    this.mount = mount;
    this.executor = executor;
  }

  /** What a question found, or how it failed. */
  private record Finding(@Nullable Metadata metadata, @Nullable StoreException failure) {}

  /** Completes empty when nothing is there; fails with a {@link StoreException} inside. */
  CompletableFuture<Optional<Metadata>> ask(String path) {
    String key = mount.prefix() + path;
    if (mount.cheap()) {
      return CompletableFuture.supplyAsync(() -> inTurn(key), executor);
    }
    CompletableFuture<Finding> object =
        CompletableFuture.supplyAsync(() -> find(() -> object(key)), executor);
    CompletableFuture<Finding> directory =
        CompletableFuture.supplyAsync(() -> find(() -> directory(key)), executor);
    return object.thenCombine(directory, NameQuestion::merge);
  }

  private Optional<Metadata> inTurn(String key) {
    Finding object = find(() -> object(key));
    return object.metadata != null
        ? Optional.of(object.metadata)
        : merge(object, find(() -> directory(key)));
  }

  private @Nullable Metadata object(String key) throws StoreException {
    Optional<ObjectInfo> found = store.head(key);
    return found.isEmpty()
        ? null
        : new FileMetadata(found.get().size(), found.get().etag(), found.get().lastModified());
  }

  private @Nullable Metadata directory(String key) throws StoreException {
    String marker = key + "/";
    boolean exists =
        mount.implicitDirectories()
            ? !store.list(ListRequest.probe(marker)).isEmpty()
            : store.head(marker).isPresent();
    return exists ? new DirectoryMetadata() : null;
  }

  private interface Question {
    @Nullable Metadata ask() throws StoreException;
  }

  private static Finding find(Question question) {
    try {
      return new Finding(question.ask(), null);
    } catch (StoreException e) {
      return new Finding(null, e);
    }
  }

  /**
   * A directory wins. A failure counts only when the other question found nothing: a user who may
   * read objects but not list them, or list but not read, sees what he may see.
   */
  private static Optional<Metadata> merge(Finding object, Finding directory) {
    if (directory.metadata != null) {
      return Optional.of(directory.metadata);
    }
    if (object.metadata != null) {
      return Optional.of(object.metadata);
    }
    StoreException failure = object.failure != null ? object.failure : directory.failure;
    if (failure != null) {
      throw new CompletionException(failure);
    }
    return Optional.empty();
  }
}
