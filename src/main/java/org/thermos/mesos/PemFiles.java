package org.thermos.mesos;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificates and private keys as OpenSSL writes them. */
final class PemFiles {

  /** DER: version 0, then the algorithm rsaEncryption; what PKCS#8 puts before a bare RSA key. */
  private static final byte[] RSA_ALGORITHM = {
    0x02,
    0x01,
    0x00,
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  private PemFiles() {}

  /** All certificates of a file, or of the files of a folder, in order. */
  static List<X509Certificate> certificates(Path path)
      throws IOException, GeneralSecurityException {
    List<X509Certificate> certificates = new ArrayList<>();
    if (Files.isDirectory(path)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(path, Files::isRegularFile)) {
        for (Path file : files) {
          certificates.addAll(certificates(file));
        }
      }
    } else {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (byte[] der : blocks(path, "CERTIFICATE")) {
        for (Certificate c : factory.generateCertificates(new ByteArrayInputStream(der))) {
          certificates.add((X509Certificate) c);
        }
      }
    }
    return certificates;
  }

  /**
   * The private key of a file: PKCS#8, or RSA as older OpenSSL writes it.
   *
   * @throws GeneralSecurityException saying how to convert it if it is neither
   */
  static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    List<byte[]> pkcs8 = blocks(file, "PRIVATE KEY");
    List<byte[]> rsa = blocks(file, "RSA PRIVATE KEY");
    byte[] key =
        !pkcs8.isEmpty() ? pkcs8.get(0) : !rsa.isEmpty() ? wrapRsa(rsa.get(0)) : new byte[0];
    for (String algorithm : List.of("RSA", "EC")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(key));
      } catch (InvalidKeySpecException e) {
        // The next algorithm, or the error below.
      }
    }
    throw new GeneralSecurityException(
        file
            + " holds no unencrypted PKCS#8 private key; convert it with"
            + " 'openssl pkcs8 -topk8 -nocrypt'");
  }

  private static List<byte[]> blocks(Path file, String label)
      throws IOException, GeneralSecurityException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new IOException("cannot read " + file + " (" + e + ")", e);
    }
    String begin = "-----BEGIN " + label + "-----";
    String end = "-----END " + label + "-----";
    List<byte[]> blocks = new ArrayList<>();
    for (int from = text.indexOf(begin); from >= 0; from = text.indexOf(begin, from + 1)) {
      int to = text.indexOf(end, from);
      if (to < 0) {
        throw new GeneralSecurityException(file + " ends inside a " + label);
      }
      try {
        blocks.add(Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to)));
      } catch (IllegalArgumentException e) {
        throw new GeneralSecurityException(file + " has a " + label + " that is not base64", e);
      }
    }
    return blocks;
  }

  private static byte[] wrapRsa(byte[] key) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(RSA_ALGORITHM);
    content.writeBytes(der(0x04, key));
    return der(0x30, content.toByteArray());
  }

  private static byte[] der(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.length;
    if (length >= 0x80) {
      // DER wants as few bytes of length as will do, and their number first.
      int bytes = length > 0xffff ? 3 : length > 0xff ? 2 : 1;
      out.write(0x80 + bytes);
      for (int i = bytes - 1; i > 0; i--) {
        out.write(length >> (8 * i));
      }
    }
    out.write(length);
    out.writeBytes(content);
    return out.toByteArray();
  }
}
