package io.thins3.store;

import static io.thins3.store.StoreFixture.SOME;
import static io.thins3.store.StoreFixture.failure;
import static io.thins3.store.StoreFixture.mount;
import static io.thins3.store.StoreFixture.open;
import static io.thins3.store.StoreFixture.with;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.config.BucketMount;
import io.thins3.config.HttpClientKind;
import io.thins3.config.ListType;
import io.thins3.store.StoreException.Kind;
import io.thins3.testing.ScriptedS3;
import io.thins3.testing.ScriptedS3.Answer;
import io.thins3.testing.ScriptedS3.Request;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stores that know ListObjects alone, by both HTTP clients. */
class ListTypeTest {
  /** How a store without ListObjectsV2 takes a request for it. */
  enum Ignorance {
    NOT_IMPLEMENTED,
    INVALID_ARGUMENT,
    NOT_NOTICED
  }

  private static final List<String> KEYS =
      List.of("a b", "a+b", "d/1", "d/2", "d/3/4", "d\n/x", "e", "e/1", "é%", "z\uffff", "z😀");

  private final ScriptedS3 server = ScriptedS3.start();

  @AfterEach
  void close() {
    server.close();
  }

  private S3ObjectStore store(HttpClientKind client, ListType type) {
    BucketMount mount = mount(server.endpoint(), "bucket", "", SOME);
    return open(with(mount, mount.http().by(client).withListType(type)));
  }

  private static Map<String, String> query(Request request) {
    Map<String, String> query = new HashMap<>();
    String raw = URI.create(request.target()).getRawQuery();
    for (String pair : raw.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      query.put(parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], UTF_8));
    }
    return query;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  /** ListObjects as the documentation has it: NextMarker with a delimiter alone. */
  private static Answer listObjects(Map<String, String> query) {
    String prefix = query.getOrDefault("prefix", "");
    String delimiter = query.get("delimiter");
    String marker = query.getOrDefault("marker", "");
    TreeSet<String> entries = new TreeSet<>(ListTypeTest::byBytes);
    for (String key : KEYS) {
      if (key.startsWith(prefix)) {
        int end = delimiter == null ? -1 : key.indexOf(delimiter, prefix.length());
        entries.add(end < 0 ? key : key.substring(0, end + 1));
      }
    }
    List<String> rest = new ArrayList<>(entries.tailSet(marker, false));
    boolean truncated = rest.size() > Integer.parseInt(query.get("max-keys"));
    List<String> page = truncated ? rest.subList(0, Integer.parseInt(query.get("max-keys"))) : rest;
    StringBuilder xml = new StringBuilder("<IsTruncated>" + truncated + "</IsTruncated>");
    xml.append("<EncodingType>").append(query.get("encoding-type")).append("</EncodingType>");
    if (truncated && delimiter != null) {
      xml.append("<NextMarker>" + encoded(page.get(page.size() - 1)) + "</NextMarker>");
    }
    for (String entry : page) {
      xml.append(
          delimiter != null && entry.endsWith(delimiter)
              ? "<CommonPrefixes><Prefix>" + encoded(entry) + "</Prefix></CommonPrefixes>"
              : "<Contents><Key>"
                  + encoded(entry)
                  + "</Key><LastModified>2026-02-03T04:05:06.000Z</LastModified>"
                  + "<ETag>&quot;e&quot;</ETag><Size>1</Size></Contents>");
    }
    return ScriptedS3.listing(xml.toString());
  }

  private static int byBytes(String one, String other) {
    return java.util.Arrays.compareUnsigned(one.getBytes(UTF_8), other.getBytes(UTF_8));
  }

  private static Answer old(Ignorance ignorance, Request request) {
    Map<String, String> query = query(request);
    if (!query.containsKey("list-type")) {
      return listObjects(query);
    }
    return switch (ignorance) {
      case NOT_IMPLEMENTED -> ScriptedS3.error(501, "NotImplemented", "no such request");
      case INVALID_ARGUMENT ->
          ScriptedS3.error(400, "InvalidArgument", "parameter List-Type is not known");
      case NOT_NOTICED -> listObjects(query);
    };
  }

  private static List<String> all(S3ObjectStore store, @Nullable String delimiter)
      throws StoreException {
    List<String> found = new ArrayList<>();
    ListRequest request = new ListRequest("", delimiter, null, null, 2);
    while (true) {
      ListPage page = store.list(request);
      page.objects().forEach(object -> found.add(object.key()));
      found.addAll(page.commonPrefixes());
      String token = page.nextToken();
      if (token == null) {
        found.sort(ListTypeTest::byBytes);
        return found;
      }
      request = request.after(token);
    }
  }

  @ParameterizedTest
  @EnumSource(Ignorance.class)
  void automatic_storeOfListObjectsAlone_isAskedForThatFromThenOn(Ignorance ignorance)
      throws Exception {
    for (HttpClientKind client : HttpClientKind.values()) {
      server.answering(request -> old(ignorance, request));
      int before = server.requests().size();
      try (S3ObjectStore store = store(client, ListType.AUTOMATIC)) {
        assertThat(all(store, "/"))
            .containsExactly("a b", "a+b", "d\n/", "d/", "e", "e/", "z\uffff", "z😀", "é%");
        assertThat(all(store, null)).containsExactlyInAnyOrderElementsOf(KEYS);
      }
      List<Request> sent = server.requests().subList(before, server.requests().size());
      assertThat(sent).filteredOn(r -> query(r).containsKey("list-type")).hasSize(1);
      assertThat(sent).allSatisfy(r -> assertThat(query(r)).containsEntry("encoding-type", "url"));
      assertThat(query(sent.get(0))).containsEntry("list-type", "2");
    }
  }

  @ParameterizedTest
  @EnumSource(HttpClientKind.class)
  void v1_isNeverAskedOtherwise(HttpClientKind client) throws Exception {
    server.answering(request -> old(Ignorance.NOT_IMPLEMENTED, request));
    try (S3ObjectStore store = store(client, ListType.V1)) {
      assertThat(all(store, null)).containsExactlyInAnyOrderElementsOf(KEYS);
    }
    assertThat(server.requests()).noneMatch(r -> query(r).containsKey("list-type"));
  }

  @ParameterizedTest
  @EnumSource(HttpClientKind.class)
  void v2_storeOfListObjectsAlone_isAnError(HttpClientKind client) {
    try (S3ObjectStore store = store(client, ListType.V2)) {
      server.answering(request -> old(Ignorance.NOT_IMPLEMENTED, request));
      assertThat(failure(() -> all(store, "/")).kind()).isEqualTo(Kind.NOT_SUPPORTED);
      server.answering(request -> old(Ignorance.NOT_NOTICED, request));
      assertThat(failure(() -> all(store, "/")).kind()).isEqualTo(Kind.BAD_RESPONSE);
    }
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void automatic_listingThatWasBegunByV2_goesOnWithIt() throws Exception {
    server.then(
        ScriptedS3.listing(
            "<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>"),
        ScriptedS3.error(501, "NotImplemented", "a server behind the same name"),
        ScriptedS3.emptyListing(),
        ScriptedS3.emptyListing());
    try (S3ObjectStore store = store(HttpClientKind.NATIVE, ListType.AUTOMATIC)) {
      ListRequest request = ListRequest.directory("");
      String token = Objects.requireNonNull(store.list(request).nextToken());
      store.list(request); // learns that V1 is to be used
      store.list(request.after(token));
    }
    assertThat(query(server.requests().get(2))).doesNotContainKey("list-type");
    assertThat(query(server.requests().get(3)))
        .containsEntry("list-type", "2")
        .containsEntry("continuation-token", "t");
  }

  @Test
  void v1_pageThatLeadsNowhere_isABadResponse() throws Exception {
    try (S3ObjectStore store = store(HttpClientKind.NATIVE, ListType.V1)) {
      server.then(ScriptedS3.listing("<IsTruncated>true</IsTruncated>"));
      assertThat(failure(() -> store.list(ListRequest.directory(""))).kind())
          .isEqualTo(Kind.BAD_RESPONSE);

      String page = "<IsTruncated>true</IsTruncated><NextMarker>m</NextMarker>";
      server.then(ScriptedS3.listing(page), ScriptedS3.listing(page));
      String token = Objects.requireNonNull(store.list(ListRequest.directory("")).nextToken());
      assertThat(failure(() -> store.list(ListRequest.directory("").after(token))).kind())
          .as("the same marker again")
          .isEqualTo(Kind.BAD_RESPONSE);
    }
  }

  @ParameterizedTest
  @EnumSource(Ignorance.class)
  void probe_storeOfListObjectsAlone_isGood(Ignorance ignorance) throws Exception {
    server.answering(request -> old(ignorance, request));
    for (ListType type : List.of(ListType.AUTOMATIC, ListType.V1)) {
      BucketMount mount = mount(server.endpoint(), "bucket", "", SOME);
      BucketMount typed = with(mount, mount.http().withListType(type));
      try (S3ObjectStore store = open(typed)) {
        assertThat(new BucketProbe(typed, store).run(Duration.ofSeconds(20)).isOk()).isTrue();
      }
    }
  }
}
