package io.thins3.fuse.linux;

import io.thins3.fuse.Attributes;
import io.thins3.fuse.FileType;
import io.thins3.fuse.Node;

/** A node that the kernel knows, and how often it was looked up. Thread-safe. */
final class KnownNode extends IdTable.Entry {
  final Node node;
  private long parentId; // guarded by this; where it was found last
  private long ino; // guarded by this
  private long lookups; // guarded by this
  private boolean directory; // guarded by this
  private boolean forgotten; // guarded by this

  KnownNode(long id, Node node) {
    super(id);
    this.node = node;
  }

  /** False when it was forgotten meanwhile: a node that comes again gets a new id. */
  synchronized boolean countLookup(long parentId, Attributes attributes) {
    if (forgotten) {
      return false;
    }
    this.parentId = parentId;
    this.ino = attributes.ino();
    this.directory = attributes.type() == FileType.DIRECTORY;
    lookups++;
    return true;
  }

  /** How many lookups are left; negative when more were taken than were there. */
  synchronized long takeLookups(long taken) {
    lookups -= taken;
    forgotten = lookups <= 0;
    return lookups;
  }

  /** The directory in which it was found last. */
  synchronized long parentId() {
    return parentId;
  }

  synchronized long ino() {
    return ino;
  }

  synchronized boolean isDirectory() {
    return directory;
  }
}
