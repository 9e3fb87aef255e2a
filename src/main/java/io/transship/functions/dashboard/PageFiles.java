package io.transship.functions.dashboard;

import io.transship.functions.arm.ArmAnswer;
import io.transship.functions.arm.ArmError;
import io.transship.functions.arm.ArmRequest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of the page, which hold no data and need no key. They may load nothing but each other and the API of this app, and
 * nothing may frame them.
 */
public final class PageFiles {

    private static final String PAGE = "index.html";
    private static final Pattern PATH = Pattern.compile(".*?/dashboard(?:/([^/]*))?", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME = Pattern.compile("[a-z][a-z-]{0,30}\\.(html|css|js|svg)");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml; charset=utf-8");

    /** Where the page reads whether callers sign in before they come here. */
    private static final String SIGN_IN = "data-sign-in=\"no\"";

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "X-Frame-Options",
            "DENY",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Permissions-Policy",
            "camera=(), geolocation=(), microphone=(), payment=()",
            // Asked for again each time, which costs a 304: a page of one version never meets a script of another.
            "Cache-Control",
            "no-cache");

    private final boolean signInFirst;

    /** With or without the platform's sign-in in front. */
    public PageFiles(boolean signInFirst) {
        this.signInFirst = signInFirst;
    }

    /** Answers a request for the page or one of its files. */
    public ArmAnswer answer(ArmRequest request) throws IOException {
        Matcher path = PATH.matcher(request.uri().getPath());
        if (!path.matches()) {
            throw notFound();
        }
        String name = path.group(1);
        if (name != null && name.isEmpty()) {
            // Its files are named relative to the address without a slash.
            return new ArmAnswer(308, Map.of("Location", "../dashboard"), "");
        }
        Map<String, String> headers = new TreeMap<>(HEADERS);
        String text = read(name == null ? PAGE : name, headers);
        return EntityTag.answer(request, new ArmAnswer(200, headers, text));
    }

    private String read(String name, Map<String, String> headers) throws IOException {
        Matcher file = NAME.matcher(name);
        if (!file.matches()) {
            throw notFound();
        }
        try (InputStream in = PageFiles.class.getResourceAsStream("/dashboard/" + name)) {
            if (in == null) {
                throw name.equals(PAGE)
                        ? new FileNotFoundException(name + " is missing in the app's package")
                        : notFound();
            }
            headers.put("Content-Type", String.valueOf(TYPES.get(file.group(1))));
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return signInFirst && name.equals(PAGE) ? text.replace(SIGN_IN, "data-sign-in=\"yes\"") : text;
        }
    }

    private static ArmError notFound() {
        return new ArmError(404, "ResourceNotFound", "the dashboard has no such file; it is at /api/dashboard");
    }
}
