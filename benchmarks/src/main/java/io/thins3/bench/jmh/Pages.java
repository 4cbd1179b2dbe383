package io.thins3.bench.jmh;

import java.nio.charset.StandardCharsets;

/** Answers to ListObjectsV2 as MinIO writes them, element for element. */
final class Pages {
  private Pages() {}

  /** The key of an entry: names of 30 characters two levels deep. */
  static String key(int index) {
    return "datasets/train/image-%06d-resized-224.jpeg".formatted(index);
  }

  /** A last page of so many objects of one directory, keys url-encoded. */
  static byte[] xml(String bucket, int objects) {
    StringBuilder xml = new StringBuilder();
    xml.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        .append("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">")
        .append("<Name>%s</Name><Prefix>datasets/train/</Prefix>".formatted(bucket))
        .append("<KeyCount>%d</KeyCount><MaxKeys>1000</MaxKeys>".formatted(objects))
        .append("<Delimiter>/</Delimiter><IsTruncated>false</IsTruncated>");
    for (int i = 0; i < objects; i++) {
      xml.append("<Contents><Key>%s</Key>".formatted(key(i)))
          .append(
              "<LastModified>2026-11-23T09:%02d:%02d.%03dZ</LastModified>"
                  .formatted(i / 60 % 60, i % 60, i % 1000))
          .append("<ETag>&#34;%032x&#34;</ETag>".formatted(i * 0x9E3779B97F4A7C15L))
          .append("<Size>%d</Size><StorageClass>STANDARD</StorageClass></Contents>".formatted(i));
    }
    return xml.append("<EncodingType>url</EncodingType></ListBucketResult>")
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }
}
