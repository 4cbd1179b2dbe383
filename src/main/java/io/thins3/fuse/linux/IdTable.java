package io.thins3.fuse.linux;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hash table from 64-bit ids to entries that carry their id and their chain themselves, so that
 * putting and finding allocates nothing: every request passes one or two of these tables. Sixteen
 * stripes, each with a lock that is held for a few instructions. Thread-safe.
 */
final class IdTable<E extends IdTable.Entry> {
  private static final int STRIPES = 16;

  /** What can be put into a table: into one, once. */
  abstract static class Entry {
    final long id;
    private @Nullable Entry next;

    Entry(long id) {
      this.id = id;
    }
  }

  private final List<Stripe> stripes = new ArrayList<>(STRIPES);

  IdTable() {
    for (int i = 0; i < STRIPES; i++) {
      stripes.add(new Stripe());
    }
  }

  /** Adds an entry whose id is in the table not yet. */
  void put(E entry) {
    int hash = hash(entry.id);
    stripe(hash).put(entry, hash);
  }

  /** The entry of an id, or null. */
  @Nullable E get(long id) {
    int hash = hash(id);
    return cast(stripe(hash).get(id, hash));
  }

  /** Takes the entry of an id out; null when there is none. */
  @Nullable E remove(long id) {
    int hash = hash(id);
    return cast(stripe(hash).remove(id, hash));
  }

  /** How many entries there are. */
  int size() {
    int size = 0;
    for (Stripe stripe : stripes) {
      size += stripe.size();
    }
    return size;
  }

  /** The entries, in no order; those that come or go meanwhile may be in it or not. */
  List<E> entries() {
    List<Entry> entries = new ArrayList<>();
    for (Stripe stripe : stripes) {
      stripe.addTo(entries);
    }
    return entries.stream().map(this::castPresent).toList();
  }

  private Stripe stripe(int hash) {
    return stripes.get(hash >>> 28);
  }

  /** Ids count up by 1 or 2; Fibonacci hashing spreads them over the upper bits. */
  private static int hash(long id) {
    return (int) ((id * 0x9E3779B97F4A7C15L) >>> 32);
  }

  @SuppressWarnings("unchecked") // put takes nothing but E
  private @Nullable E cast(@Nullable Entry entry) {
    return (E) entry;
  }

  @SuppressWarnings("unchecked") // put takes nothing but E
  private E castPresent(Entry entry) {
    return (E) entry;
  }

  /** The part of the table that one lock guards. */
  private static final class Stripe {
    private @Nullable Entry[] chains = new @Nullable Entry[16];
    private int size;

    synchronized void put(Entry entry, int hash) {
      if (size == chains.length) {
        grow();
      }
      link(entry, hash);
      size++;
    }

    synchronized @Nullable Entry get(long id, int hash) {
      Entry entry = chains[hash & (chains.length - 1)];
      while (entry != null && entry.id != id) {
        entry = entry.next;
      }
      return entry;
    }

    synchronized @Nullable Entry remove(long id, int hash) {
      int chain = hash & (chains.length - 1);
      Entry before = null;
      for (Entry entry = chains[chain]; entry != null; entry = entry.next) {
        if (entry.id == id) {
          if (before == null) {
            chains[chain] = entry.next;
          } else {
            before.next = entry.next;
          }
          entry.next = null;
          size--;
          return entry;
        }
        before = entry;
      }
      return null;
    }

    synchronized int size() {
      return size;
    }

    synchronized void addTo(List<Entry> entries) {
      for (Entry chain : chains) {
        for (Entry entry = chain; entry != null; entry = entry.next) {
          entries.add(entry);
        }
      }
    }

    private void link(Entry entry, int hash) {
      int chain = hash & (chains.length - 1);
      entry.next = chains[chain];
      chains[chain] = entry;
    }

    private void grow() {
      @Nullable Entry[] old = chains;
      chains = new @Nullable Entry[old.length * 2];
      for (Entry chain : old) {
        Entry entry = chain;
        while (entry != null) {
          Entry following = entry.next;
          link(entry, hash(entry.id));
          entry = following;
        }
      }
    }
  }
}
