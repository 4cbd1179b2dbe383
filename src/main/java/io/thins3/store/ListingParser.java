package io.thins3.store;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * Reads ListBucketResult from a stream. A page of 1000 keys costs the SDK 10.6 ms of CPU and 16 MiB
 * of garbage, a pull parser 1.9 ms. Thread-safe.
 */
final class ListingParser {
  /** The answer is not a listing. */
  static final class NotAListingException extends Exception {
    private static final long serialVersionUID = 1;

    NotAListingException(@Nullable Throwable cause) {
      super("the answer is not a listing", cause);
    }
  }

  private final XMLInputFactory factory = XMLInputFactory.newDefaultFactory();

  ListingParser() {
    // Neither what another document says nor what this one defines is of any interest.
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
  }

  /**
   * Reads a listing.
   *
   * @throws IOException of the stream
   */
  ListAnswer parse(InputStream stream) throws IOException, NotAListingException {
    Watched watched = new Watched(stream);
    try {
      XMLStreamReader xml = factory.createXMLStreamReader(watched);
      try {
        if (xml.nextTag() != XMLStreamConstants.START_ELEMENT
            || !isNamed(xml, "ListBucketResult")) {
          throw new NotAListingException(null);
        }
        return listing(xml);
      } finally {
        xml.close();
      }
    } catch (XMLStreamException e) {
      if (watched.failure != null) {
        throw watched.failure;
      }
      if (watched.isCutShort()) {
        // Within its Content-Length: a proxy between may have made that out of a broken answer.
        throw new EOFException("the listing ends in its middle");
      }
      throw new NotAListingException(e);
    }
  }

  /** The parser takes an EOFException of its stream for the document's end. */
  private static final class Watched extends FilterInputStream {
    @Nullable IOException failure;
    private boolean ended;
    private boolean begun;

    Watched(InputStream stream) {
      super(stream);
    }

    /** Whether something came, and then the end, which the parser did not expect. */
    boolean isCutShort() {
      return begun && ended;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        int count = super.read(bytes, offset, length);
        ended |= count < 0;
        begun |= count > 0;
        return count;
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }

  private static boolean isNamed(XMLStreamReader xml, String name) {
    return xml.getLocalName().equals(name);
  }

  private static ListAnswer listing(XMLStreamReader xml)
      throws XMLStreamException, NotAListingException {
    ListAnswer answer = new ListAnswer();
    boolean encoded = false;
    while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
      switch (xml.getLocalName()) {
        case "Contents" -> object(xml, answer);
        case "CommonPrefixes" -> answer.addPrefix(prefix(xml));
        case "IsTruncated" -> answer.setTruncated(xml.getElementText().strip().equals("true"));
        case "NextContinuationToken" -> answer.setNextToken(xml.getElementText());
        case "NextMarker" -> answer.setNextMarker(xml.getElementText());
        case "EncodingType" -> encoded = xml.getElementText().strip().equals("url");
        default -> skip(xml);
      }
    }
    if (encoded) {
      answer.decode(ListingParser::decoded);
    }
    return answer;
  }

  private static void object(XMLStreamReader xml, ListAnswer answer)
      throws XMLStreamException, NotAListingException {
    String key = null;
    String etag = null;
    long size = ListAnswer.MISSING;
    long modified = ListAnswer.MISSING;
    while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
      switch (xml.getLocalName()) {
        case "Key" -> key = xml.getElementText();
        case "ETag" -> etag = xml.getElementText();
        case "Size" -> size = size(xml.getElementText());
        case "LastModified" -> modified = seconds(xml.getElementText());
        default -> skip(xml);
      }
    }
    answer.add(key, size, etag, modified);
  }

  private static String prefix(XMLStreamReader xml)
      throws XMLStreamException, NotAListingException {
    String prefix = null;
    while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
      if (isNamed(xml, "Prefix")) {
        prefix = xml.getElementText();
      } else {
        skip(xml);
      }
    }
    if (prefix == null) {
      throw new NotAListingException(null);
    }
    return prefix;
  }

  private static void skip(XMLStreamReader xml) throws XMLStreamException {
    for (int depth = 1; depth > 0; ) {
      int event = xml.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        depth++;
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        depth--;
      }
    }
  }

  private static long size(String digits) throws NotAListingException {
    try {
      return Long.parseLong(digits.strip());
    } catch (NumberFormatException e) {
      throw new NotAListingException(e);
    }
  }

  private static long seconds(String text) throws NotAListingException {
    try {
      return ListedTime.seconds(text.strip());
    } catch (DateTimeException e) {
      throw new NotAListingException(e);
    }
  }

  private static String decoded(String text) {
    return text.indexOf('%') < 0 && text.indexOf('+') < 0 ? text : SdkHttpUtils.urlDecode(text);
  }
}
