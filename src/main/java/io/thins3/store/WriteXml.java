package io.thins3.store;

import io.thins3.store.WriteCalls.Refusal;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * The documents of the calls that change a bucket. Thread-safe.
 *
 * <p>They are written by hand: StAX's writer leaves a carriage return as it is, and a reader makes
 * a line feed of that.
 */
final class WriteXml {
  private static final String HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
  private static final String NAMESPACE = " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";

  private final XMLInputFactory factory = XMLInputFactory.newDefaultFactory();

  WriteXml() {
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
  }

  /** The body of CompleteMultipartUpload. */
  static byte[] parts(List<UploadedPart> parts, boolean checksums) {
    StringBuilder xml = new StringBuilder(128 + parts.size() * 160);
    xml.append(HEAD).append("<CompleteMultipartUpload").append(NAMESPACE).append('>');
    for (UploadedPart part : parts) {
      xml.append("<Part>");
      element(xml, "PartNumber", Integer.toString(part.number()));
      element(xml, "ETag", part.etag());
      ObjectChecksum sum = part.checksum();
      if (checksums && sum != null) {
        element(xml, "Checksum" + sum.algorithm().name().toUpperCase(Locale.ROOT), sum.value());
      }
      xml.append("</Part>");
    }
    return xml.append("</CompleteMultipartUpload>").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The body of DeleteObjects: only failures are answered. */
  static byte[] keys(List<String> keys) {
    StringBuilder xml = new StringBuilder(128 + keys.size() * 96);
    xml.append(HEAD).append("<Delete").append(NAMESPACE).append("><Quiet>true</Quiet>");
    for (String key : keys) {
      xml.append("<Object>");
      element(xml, "Key", key);
      xml.append("</Object>");
    }
    return xml.append("</Delete>").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void element(StringBuilder xml, String name, String text) {
    xml.append('<').append(name).append('>');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> xml.append("&lt;");
        case '>' -> xml.append("&gt;");
        case '&' -> xml.append("&amp;");
        case '\r' -> xml.append("&#13;");
        default -> xml.append(c);
      }
    }
    xml.append("</").append(name).append('>');
  }

  /** Whether an XML document can hold a text (XML 1.0, section 2.2). */
  static boolean canHold(String text) {
    return text.codePoints()
        .allMatch(
            c ->
                c == '\t'
                    || c == '\n'
                    || c == '\r'
                    || (c >= ' ' && c <= 0xD7FF)
                    || (c >= 0xE000 && c <= 0xFFFD)
                    || c >= 0x10000);
  }

  /**
   * The text of an element directly below the root; null when there is none. Answers repeat the
   * key, and with a key that XML cannot hold they are no XML: then the element is looked for as it
   * stands.
   */
  @Nullable String text(byte[] body, String name) {
    String xml = decoded(body);
    try {
      return children(reader(xml)).get(name);
    } catch (XMLStreamException e) {
      Matcher matcher = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
      return matcher.find()
          ? matcher
              .group(1)
              .replace("&quot;", "\"")
              .replace("&#34;", "\"")
              .replace("&#x22;", "\"")
              .replace("&amp;", "&")
          : null;
    }
  }

  /**
   * The failures that a DeleteResult tells.
   *
   * @throws XMLStreamException when it is none
   */
  Map<String, Refusal> refusals(byte[] body) throws XMLStreamException {
    Map<String, Refusal> refusals = new LinkedHashMap<>();
    XMLStreamReader xml = reader(decoded(body));
    root(xml);
    if (!xml.getLocalName().equals("DeleteResult")) {
      throw new XMLStreamException("no DeleteResult");
    }
    while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
      boolean error = xml.getLocalName().equals("Error");
      Map<String, String> fields = below(xml);
      String key = fields.get("Key");
      if (error && key == null) {
        throw new XMLStreamException("an error without key");
      }
      if (error && key != null) {
        refusals.put(
            key, new Refusal(fields.getOrDefault("Code", ""), fields.getOrDefault("Message", "")));
      }
    }
    return refusals;
  }

  /** Stores send spaces while they work, also before the document. */
  private static String decoded(byte[] body) {
    return new String(body, StandardCharsets.UTF_8).strip();
  }

  private XMLStreamReader reader(String xml) throws XMLStreamException {
    return factory.createXMLStreamReader(new StringReader(xml));
  }

  private static void root(XMLStreamReader xml) throws XMLStreamException {
    while (xml.next() != XMLStreamConstants.START_ELEMENT) {
      if (!xml.hasNext()) {
        throw new XMLStreamException("an empty document");
      }
    }
  }

  private static Map<String, String> children(XMLStreamReader xml) throws XMLStreamException {
    root(xml);
    return below(xml);
  }

  /** The texts of the elements below the current one, whose end is then the current event. */
  private static Map<String, String> below(XMLStreamReader xml) throws XMLStreamException {
    Map<String, String> texts = new HashMap<>();
    StringBuilder text = new StringBuilder();
    for (int depth = 1; depth > 0; ) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          depth++;
          text.setLength(0);
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(xml.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          if (depth == 2) {
            texts.putIfAbsent(xml.getLocalName(), text.toString());
          }
          text.setLength(0);
          depth--;
        }
        default -> {}
      }
    }
    return texts;
  }
}
