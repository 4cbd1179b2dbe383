/**
 * The metadata cache: attributes, listings, and what is known not to exist.
 *
 * <pre>
 *   lookup ─► BucketTree ─┬─► Listings: what a listing of the parent says
 *                │        ├─► lookups of the same path
 *                │        └─► NameQuestion: HEAD k, LIST k/ ──────────────────► store
 *                │                 └─ LookupBursts: the fourth in a second ─┐
 *   readdir ─► DirectoryReader ─► DirectoryScan ─► DirectoryPages ◄─────────┘─► store
 *                                      ▲            (LevelOrder)
 *   find, tar ─► Walks ─► SubtreeScan ─┘ whole directories, many of them with one page
 *                         (SubtreeOrder)
 * </pre>
 *
 * <p>Entries are kept in columns ({@link io.thins3.meta.ListedEntries}): 66 MiB for a million with
 * names of 20 characters. Refreshes and the mount's own changes go through {@link
 * io.thins3.meta.Refreshes}: an answer that was under way meanwhile reaches those only who asked
 * before.
 */
@NullMarked
package io.thins3.meta;

import org.jspecify.annotations.NullMarked;
