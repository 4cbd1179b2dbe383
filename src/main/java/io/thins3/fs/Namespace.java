package io.thins3.fs;

import io.thins3.fs.ObjectNode.DirectoryNode;
import io.thins3.fs.ObjectNode.FileNode;
import io.thins3.fuse.Entry;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import io.thins3.meta.DirectoryListing;
import io.thins3.meta.Metadata;
import io.thins3.meta.Metadata.DirectoryMetadata;
import io.thins3.meta.Metadata.FileMetadata;
import io.thins3.meta.Names;
import io.thins3.store.Content;
import io.thins3.store.ListPage;
import io.thins3.store.ListRequest;
import io.thins3.store.ObjectDetails;
import io.thins3.store.ObjectInfo;
import io.thins3.store.ObjectStore;
import io.thins3.store.ObjectWriter;
import io.thins3.store.Precondition;
import io.thins3.store.StoreException;
import io.thins3.store.StoredObject;
import io.thins3.write.FileVersion;
import io.thins3.write.WriteException;
import io.thins3.write.WrittenFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names of one bucket that come, go and change (docs/SEMANTICS.md, Renaming and removing).
 * Thread-safe; waits for the store.
 */
final class Namespace {
  /** renameat2(2): what is there may not be replaced. */
  private static final int RENAME_NOREPLACE = 1;

  private final Bucket bucket;
  private final ObjectStore store;
  private final ObjectWriter writer;
  private final FileWriting files;
  private final ObjectCopy copies;
  private final DirectoryRename directories;

  Namespace(
      Bucket bucket,
      ObjectStore store,
      ObjectWriter writer,
      FileWriting files,
      ObjectCopy copies,
      DirectoryRename directories) {
    this.bucket = bucket;
    this.store = store;
    this.writer = writer;
    this.files = files;
    this.copies = copies;
    this.directories = directories;
  }

  /** The path of a name that is to be made. */
  String path(DirectoryNode parent, String name) throws FuseException {
    if (!Names.isReachable(name) || name.indexOf('\0') >= 0) {
      throw new FuseException(Errno.EINVAL);
    }
    String path = Names.child(parent.path(), name);
    if (!Names.fits(name, Names.MAX_COMPONENT_BYTES)
        || !Names.fits(bucket.key(path), Names.MAX_KEY_BYTES)) {
      throw new FuseException(Errno.ENAMETOOLONG);
    }
    return path;
  }

  private @Nullable Metadata find(String path) throws FuseException {
    if (bucket.nodes().find(path) instanceof FileNode file && file.writing() != null) {
      return file.version();
    }
    try {
      return bucket.tree().lookup(path).metadata();
    } catch (StoreException e) {
      throw ErrnoMapping.onPath(e);
    }
  }

  private static Content nothing() {
    return Content.of(null, List.of());
  }

  /** Creates a directory. */
  Entry mkdir(DirectoryNode parent, String name) throws FuseException {
    String path = path(parent, name);
    if (!Names.fits(marker(path), Names.MAX_KEY_BYTES)) {
      throw new FuseException(Errno.ENAMETOOLONG);
    }
    if (find(path) != null) {
      throw new FuseException(Errno.EEXIST);
    }
    try {
      writer.put(marker(path), nothing(), Map.of(), Precondition.NONE);
    } catch (StoreException e) {
      throw ErrnoMapping.onPath(e);
    }
    bucket.tree().created(path);
    return bucket.entry(path, new DirectoryMetadata(), bucket.mount().metadataTtl());
  }

  private String marker(String path) {
    return bucket.key(path) + "/";
  }

  /** Removes an empty directory. */
  void rmdir(DirectoryNode parent, String name) throws FuseException {
    String path = path(parent, name);
    Metadata there = find(path);
    if (there == null) {
      throw new FuseException(Errno.ENOENT);
    }
    if (!(there instanceof DirectoryMetadata)) {
      throw new FuseException(Errno.ENOTDIR);
    }
    requireEmpty(path);
    try {
      keepParent(parent.path(), name);
      writer.delete(marker(path));
    } catch (StoreException e) {
      throw ErrnoMapping.onPath(e);
    }
    gone(path);
  }

  private void gone(String path) {
    ObjectNode node = bucket.nodes().find(path);
    if (node != null) {
      bucket.nodes().dropped(node);
    }
    bucket.tree().changed(path, null);
    bucket.overlay().dropped(path);
    bucket.extendedAttributes().refresh(path);
  }

  /** A cache may be old: the store is asked. */
  private void requireEmpty(String path) throws FuseException {
    if (files.hasUnpublished(path)) {
      throw new FuseException(Errno.ENOTEMPTY);
    }
    String marker = marker(path);
    try {
      for (ObjectInfo object : first(marker, 2)) {
        if (!object.key().equals(marker)) {
          throw new FuseException(Errno.ENOTEMPTY);
        }
      }
    } catch (StoreException e) {
      throw ErrnoMapping.onPath(e);
    }
  }

  private List<ObjectInfo> first(String prefix, int keys) throws StoreException {
    ListPage page = store.list(new ListRequest(prefix, null, null, null, keys));
    return page.objects();
  }

  /** Removes a file. */
  void unlink(DirectoryNode parent, String name) throws FuseException {
    String path = path(parent, name);
    Metadata there = find(path);
    if (there == null) {
      throw new FuseException(Errno.ENOENT);
    }
    if (there instanceof DirectoryMetadata) {
      throw new FuseException(Errno.EISDIR);
    }
    FileNode node = bucket.nodes().find(path) instanceof FileNode file ? file : null;
    WrittenFile written = node == null ? null : node.writing();
    boolean published = written == null || written.published() != null;
    if (node != null) {
      files.unlinked(node);
      published |= written != null && written.published() != null; // by then
    }
    try {
      if (published) {
        keepParent(parent.path(), name);
        writer.delete(bucket.key(path));
      }
    } catch (StoreException e) {
      throw ErrnoMapping.onPath(e);
    }
    gone(path);
  }

  /**
   * A directory whose last entry goes stays: its marker is put first, if it has none. What is
   * listed is believed; a directory that was never listed costs a LIST.
   */
  private void keepParent(String directory, String name) throws StoreException {
    if (directory.isEmpty()) {
      return; // the mount's root
    }
    DirectoryListing listing = bucket.tree().listedNow(directory);
    if (listing != null && listing.size() > 1) {
      return;
    }
    String marker = marker(directory);
    String key = marker + name;
    for (ObjectInfo object : first(marker, 3)) {
      if (!object.key().equals(key) && !object.key().equals(key + "/")) {
        return;
      }
    }
    writer.put(marker, nothing(), Map.of(), Precondition.NONE);
  }

  /** Renames within the bucket. */
  void rename(DirectoryNode parent, String name, DirectoryNode newParent, String newName, int flags)
      throws FuseException {
    if ((flags & ~RENAME_NOREPLACE) != 0) {
      throw new FuseException(Errno.EINVAL);
    }
    String from = path(parent, name);
    String to = path(newParent, newName);
    Metadata source = find(from);
    if (source == null) {
      throw new FuseException(Errno.ENOENT);
    }
    if (from.equals(to)) {
      return;
    }
    Metadata target = find(to);
    if (target != null && (flags & RENAME_NOREPLACE) != 0) {
      throw new FuseException(Errno.EEXIST);
    }
    if (source instanceof DirectoryMetadata) {
      if (Names.isAtOrBelow(to, from)) {
        throw new FuseException(Errno.EINVAL);
      }
      if (target instanceof FileMetadata) {
        throw new FuseException(Errno.ENOTDIR);
      }
      if (target != null) {
        requireEmpty(to);
      }
      renameDirectory(parent.path(), name, from, to);
    } else {
      if (target instanceof DirectoryMetadata) {
        throw new FuseException(Errno.EISDIR);
      }
      renameFile(parent.path(), name, from, to, target instanceof FileMetadata file ? file : null);
    }
  }

  private void renameFile(
      String directory, String name, String from, String to, @Nullable FileMetadata replaced)
      throws FuseException {
    FileNode node = bucket.nodes().find(from) instanceof FileNode file ? file : null;
    if (bucket.nodes().find(to) instanceof FileNode target) {
      files.unlinked(target); // what is written to it has no name any more
    }
    WrittenFile written = node == null ? null : node.writing();
    FileMetadata moved;
    try {
      if (written == null) {
        moved = metadata(move(directory, name, from, to));
      } else {
        String etag = replaced == null || replaced.etag().isEmpty() ? null : replaced.etag();
        written.rename(
            bucket.key(to),
            etag,
            version -> {
              try {
                return version == null ? null : move(directory, name, from, to);
              } catch (StoreException e) {
                throw new WriteException(
                    WriteException.Kind.STORE, String.valueOf(e.getMessage()), e);
              }
            });
        FileVersion now = written.published();
        moved = now == null ? null : metadata(now);
      }
    } catch (StoreException e) {
      throw ErrnoMapping.onPath(e);
    } catch (WriteException e) {
      throw ErrnoMapping.onWrite(e);
    }
    if (node != null && moved != null) {
      node.published(moved);
    }
    bucket.nodes().moved(from, to);
    files.moved(from, to);
    bucket.overlay().moved(from, to);
    bucket.tree().changed(from, null);
    if (moved != null) {
      bucket.tree().changed(to, moved);
    } else {
      bucket.tree().refresh(to);
    }
    bucket.extendedAttributes().refresh(from);
    bucket.extendedAttributes().refresh(to);
  }

  private static FileMetadata metadata(FileVersion version) {
    return new FileMetadata(version.size(), version.etag(), version.storedAt());
  }

  private FileVersion move(String directory, String name, String from, String to)
      throws StoreException {
    String key = bucket.key(from);
    ObjectDetails details =
        store
            .details(key)
            .orElseThrow(
                () ->
                    new StoreException(
                        StoreException.Kind.NO_SUCH_KEY,
                        "s3://" + store.bucket() + "/" + key + " is gone",
                        404,
                        null,
                        null,
                        null));
    Map<String, String> headers = new HashMap<>(details.kept());
    details
        .userMetadata()
        .forEach((field, value) -> headers.put(ObjectDetails.META + field, value));
    ObjectInfo info = details.info();
    StoredObject copy =
        copies.copy(key, info.etag(), info.size(), bucket.key(to), details.storageClass(), headers);
    keepParent(directory, name);
    writer.delete(key);
    return new FileVersion(bucket.key(to), copy.etag(), info.size(), copy.storedAt());
  }

  private void renameDirectory(String parent, String name, String from, String to)
      throws FuseException {
    try {
      if (bucket.tree().listedNow(parent) == null || isLast(parent)) {
        keepParent(parent, name);
      }
      Map<String, StoredObject> copied = directories.rename(marker(from), marker(to));
      renameWritten(from, to, copied);
    } catch (StoreException e) {
      bucket.tree().refresh(from);
      bucket.tree().refresh(to);
      throw ErrnoMapping.onPath(e);
    } catch (WriteException e) {
      throw ErrnoMapping.onWrite(e);
    }
    bucket.nodes().moved(from, to);
    files.moved(from, to);
    bucket.overlay().moved(from, to);
    for (String path : List.of(from, to)) {
      bucket.tree().refresh(path);
      bucket.extendedAttributes().refresh(path);
    }
    bucket.tree().changed(from, null);
    bucket.tree().changed(to, new DirectoryMetadata());
  }

  private boolean isLast(String directory) {
    DirectoryListing listing = bucket.tree().listedNow(directory);
    return listing != null && listing.size() <= 1;
  }

  /** Files that are open go on under their new names, of the versions that the copies are. */
  private void renameWritten(String from, String to, Map<String, StoredObject> copied)
      throws WriteException {
    for (FileNode node : bucket.nodes().filesBelow(from)) {
      String key = bucket.key(node.path());
      String newKey = bucket.key(to + node.path().substring(from.length()));
      StoredObject copy = copied.get(key);
      WrittenFile written = node.writing();
      if (written != null) {
        written.rename(
            newKey,
            null,
            version ->
                version == null || copy == null
                    ? null
                    : new FileVersion(newKey, copy.etag(), version.size(), copy.storedAt()));
      }
      if (copy != null) {
        node.published(new FileMetadata(node.version().size(), copy.etag(), copy.storedAt()));
      }
    }
  }
}
