package io.thins3.fs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.thins3.fuse.AttributeChange;
import io.thins3.fuse.Attributes;
import io.thins3.meta.Names;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Attributes that programs have set and no object holds: modes, owners and times, kept for the life
 * of this process, or until too many others have followed. Thread-safe.
 */
final class AttributeOverlay {
  private static final int MOST = 100_000;

  /** What was set; null: nothing. */
  private record Own(
      @Nullable Integer permissions,
      @Nullable Integer uid,
      @Nullable Integer gid,
      @Nullable Instant atime,
      @Nullable Instant mtime) {
    static final Own NONE = new Own(null, null, null, null, null);

    Own with(AttributeChange change) {
      return new Own(
          change.permissions() == null ? permissions : change.permissions(),
          change.uid() == null ? uid : change.uid(),
          change.gid() == null ? gid : change.gid(),
          change.atime() == null ? atime : change.atime(),
          change.mtime() == null ? mtime : change.mtime());
    }
  }

  private final Cache<String, Own> own =
      Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

  /** A program sets attributes of what lies at a path. */
  void change(String path, AttributeChange change) {
    var unused =
        own.asMap().compute(path, (key, now) -> (now == null ? Own.NONE : now).with(change));
  }

  /** The content has changed: its time is no more that which was set. */
  void written(String path) {
    var unused =
        own.asMap()
            .computeIfPresent(
                path, (key, now) -> new Own(now.permissions, now.uid, now.gid, now.atime, null));
  }

  /** What {@code stat} shows of a path. */
  Attributes apply(String path, Attributes stored) {
    Own set = own.getIfPresent(path);
    if (set == null) {
      return stored;
    }
    return new Attributes(
        stored.ino(),
        stored.type(),
        set.permissions == null ? stored.permissions() : set.permissions,
        stored.links(),
        set.uid == null ? stored.uid() : set.uid,
        set.gid == null ? stored.gid() : set.gid,
        stored.size(),
        set.atime == null ? stored.atime() : set.atime,
        set.mtime == null ? stored.mtime() : set.mtime,
        stored.ctime());
  }

  /** What lay at and below a path lies elsewhere now. */
  void moved(String from, String to) {
    dropped(to);
    for (Map.Entry<String, Own> entry : Map.copyOf(own.asMap()).entrySet()) {
      String path = entry.getKey();
      if (Names.isAtOrBelow(path, from) && own.asMap().remove(path, entry.getValue())) {
        own.put(to + path.substring(from.length()), entry.getValue());
      }
    }
  }

  /** Nothing lies at and below a path any more. */
  void dropped(String path) {
    if (own.estimatedSize() > 0) {
      own.asMap().keySet().removeIf(key -> Names.isAtOrBelow(key, path));
    }
  }
}
