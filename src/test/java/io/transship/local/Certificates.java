package io.transship.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A self-signed certificate for {@code localhost} and {@code 127.0.0.1} with its key, made anew for one run, in the forms
 * that its users want: PEM files for Node, a trust store for a JVM, an {@link SSLContext} for a server in this JVM.
 *
 * @param certificatePem the certificate
 * @param keyPem its private key, PKCS #8
 * @param keyStore certificate and key, PKCS #12
 * @param trustStore the certificate as a trusted one, PKCS #12
 * @param password of both stores
 */
public record Certificates(Path certificatePem, Path keyPem, Path keyStore, Path trustStore, String password) {

    private static final String ALIAS = "transship";

    /** Makes a certificate and writes its files into a directory that exists. */
    public static Certificates create(Path directory) throws IOException {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        Certificates files = new Certificates(
                directory.resolve("localhost.crt.pem"),
                directory.resolve("localhost.key.pem"),
                directory.resolve("localhost.p12"),
                directory.resolve("trust.p12"),
                HexFormat.of().formatHex(random));
        Files.deleteIfExists(files.keyStore);
        files.generate();
        try {
            KeyStore keys = files.load(files.keyStore);
            Certificate certificate = keys.getCertificate(ALIAS);
            writePem(files.certificatePem, "CERTIFICATE", certificate.getEncoded());
            writePem(
                    files.keyPem,
                    "PRIVATE KEY",
                    keys.getKey(ALIAS, files.password.toCharArray()).getEncoded());
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(ALIAS, certificate);
            try (OutputStream out = Files.newOutputStream(files.trustStore)) {
                trusted.store(out, files.password.toCharArray());
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot turn the certificate in '%s' into PEM".formatted(files.keyStore), e);
        }
        return files;
    }

    /** A context that serves with the certificate and trusts nothing else. */
    public SSLContext sslContext() {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(load(keyStore), password.toCharArray());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(load(trustStore));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the certificate files do not fit together", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the certificate files", e);
        }
    }

    private void generate() throws IOException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-validity",
                        "30",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keyStore.toString(),
                        "-storepass",
                        password)
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IOException("keytool could not make a certificate: " + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool made a certificate", e);
        } finally {
            keytool.destroyForcibly();
        }
    }

    private KeyStore load(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password.toCharArray());
        }
        return store;
    }

    private static void writePem(Path file, String type, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, body, type));
    }

    /** Shows where the files are; the password is left out. */
    @Override
    public String toString() {
        return "Certificates[" + certificatePem + "]";
    }
}
