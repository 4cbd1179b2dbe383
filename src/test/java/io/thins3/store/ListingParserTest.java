package io.thins3.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.store.ListingParser.NotAListingException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listings as servers write them, and what is none. */
class ListingParserTest {
  private final ListingParser parser = new ListingParser();

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  @Test
  void page_whole_isRead() throws Exception {
    ListAnswer page =
        parser.parse(
            stream(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult"
                    + " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>b</Name>"
                    + "<Prefix>p%2B/</Prefix> <IsTruncated>true</IsTruncated>\n"
                    + "<Contents><Key>p/a%20b+c%0A</Key><Owner><ID>x</ID></Owner>"
                    + "<LastModified>2026-02-03T04:05:06.789Z</LastModified><ETag>&quot;e&quot;"
                    + "</ETag><Size>12345678901</Size><Odd><Odder/></Odd></Contents>"
                    + "<CommonPrefixes><Prefix>p/%C3%A9/</Prefix></CommonPrefixes>"
                    + "<NextContinuationToken>a+b%20</NextContinuationToken>"
                    + "<EncodingType>url</EncodingType></ListBucketResult>"));

    assertThat(page.size()).isOne();
    assertThat(page.key(0)).isEqualTo("p/a b c\n");
    assertThat(page.fileSize(0)).isEqualTo(12345678901L);
    assertThat(page.etag(0)).isEqualTo("\"e\"");
    assertThat(page.modifiedSeconds(0))
        .isEqualTo(Instant.parse("2026-02-03T04:05:06Z").getEpochSecond());
    assertThat(page.prefixes()).containsExactly("p/é/");
    assertThat(page.truncated()).isTrue();
    assertThat(page.nextToken()).isEqualTo("a+b%20");
  }

  @Test
  void page_objectsAndPrefixes_areGivenInTheOrderOfKeys() throws Exception {
    StringBuilder contents = new StringBuilder();
    for (String key : List.of("a", "a-b", "b", "\uFB01", "\uD83D\uDE00")) {
      contents.append("<Contents><Key>").append(key).append("</Key></Contents>");
    }
    ListAnswer page =
        parser.parse(
            stream(
                "<ListBucketResult>"
                    + contents
                    + "<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>"
                    + "<CommonPrefixes><Prefix>\uFFFD/</Prefix></CommonPrefixes>"
                    + "</ListBucketResult>"));
    List<String> given = new ArrayList<>();
    page.give(
        new ListSink() {
          @Override
          public void object(String key, long size, String etag, long modifiedSeconds) {
            given.add(key);
          }

          @Override
          public void prefix(String prefix) {
            given.add(prefix);
          }
        });

    assertThat(given).containsExactly("a", "a-b", "a/", "b", "\uFB01", "\uFFFD/", "\uD83D\uDE00");
    assertThat(page.incomplete()).as("no size, no ETag").isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-02-03T04:05:06.789Z",
        "2026-02-28T23:59:59Z",
        "2024-02-29T00:00:00.000000001Z",
        "1969-12-31T23:59:59Z",
        "2026-02-03T04:05:06+00:00"
      })
  void time_anyForm_isThatOfInstant(String text) {
    assertThat(ListedTime.seconds(text))
        .isEqualTo(OffsetDateTime.parse(text).toInstant().getEpochSecond());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Z", "2026-02-30T04:05:06Z", "2026-02-03T25:05:06Z", "2026-02-03"})
  void time_none_isRefused(String text) {
    assertThatThrownBy(() -> ListedTime.seconds(text)).isInstanceOf(DateTimeException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain text",
        "<html><body>nginx</body></html>",
        "<ListBucketResult><Contents><Size>x</Size></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><LastModified>x</LastModified></Contents></ListBucketResult>",
        "<ListBucketResult><CommonPrefixes/></ListBucketResult>",
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><ListBucketResult>"
            + "<Contents><Key>&e;</Key></Contents></ListBucketResult>",
      })
  void other_documents_areNoListing(String text) {
    assertThatThrownBy(() -> parser.parse(stream(text))).isInstanceOf(NotAListingException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<?xml version=\"1.0\"?>\n<ListBucketResult xmlns=\"http://s3.amaz",
        "<ListBucketResult><Contents>",
        "<ListBucketResult><Contents><Key>a</Key>"
      })
  void listing_thatEndsInItsMiddle_isCutShort(String text) {
    assertThatThrownBy(() -> parser.parse(stream(text))).isInstanceOf(EOFException.class);
  }

  @Test
  void stream_thatBreaks_isItsOwnFailure() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws EOFException {
            throw new EOFException("cut");
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws EOFException {
            throw new EOFException("cut");
          }
        };

    assertThatThrownBy(
            () ->
                parser.parse(
                    new SequenceInputStream(stream("<ListBucketResult><Contents>"), broken)))
        .isInstanceOf(EOFException.class)
        .hasMessage("cut");
  }
}
