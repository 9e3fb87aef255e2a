package io.transship.local.functions.app;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.OutputBinding;
import io.transship.local.functions.app.FunctionDefinition.QueueOutput;
import io.transship.local.functions.app.FunctionDefinition.Trigger;
import java.lang.annotation.Annotation;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the value of one method parameter comes from. Only types that pass the worker unharmed exist here: anything that
 * its Gson would have to build is refused.
 */
sealed interface Argument {

    String ANNOTATIONS = "com.microsoft.azure.functions.annotation.";

    /** The trigger's body. */
    record Body(Shape shape) implements Argument {}

    /** The whole HTTP request. */
    record Request(Shape shape) implements Argument {}

    /** The execution context. */
    record Context() implements Argument {}

    /** A fresh {@code OutputBinding}. */
    record Output(QueueOutput target) implements Argument {}

    /** One value of the trigger metadata: text or a number. */
    record Metadata(String name, boolean number) implements Argument {}

    /** The four forms in which a body can arrive. */
    enum Shape {
        TEXT,
        BYTES,
        OPTIONAL_TEXT,
        OPTIONAL_BYTES;

        static Optional<Shape> of(Type type) {
            if (type == String.class) {
                return Optional.of(TEXT);
            }
            if (type == byte[].class) {
                return Optional.of(BYTES);
            }
            return only(type, Optional.class).flatMap(Shape::of).flatMap(inner -> switch (inner) {
                case TEXT -> Optional.of(OPTIONAL_TEXT);
                case BYTES -> Optional.of(OPTIONAL_BYTES);
                case OPTIONAL_TEXT, OPTIONAL_BYTES -> Optional.empty();
            });
        }

        /** Text is not turned into bytes: on Azure such an invocation fails before the function's first line. */
        @Nullable Object convert(@Nullable Object body) {
            return switch (this) {
                case TEXT -> body instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : body;
                case BYTES -> bytes(body);
                case OPTIONAL_TEXT -> Optional.ofNullable(TEXT.convert(body));
                case OPTIONAL_BYTES -> Optional.ofNullable(bytes(body));
            };
        }

        private static @Nullable Object bytes(@Nullable Object body) {
            if (body instanceof String) {
                throw new IllegalArgumentException("the body came as text, but the parameter is byte[];"
                        + " Azure hands over bytes only for application/octet-stream and multipart/*");
            }
            return body;
        }
    }

    /** Throws {@link IllegalArgumentException} that says what is wrong with the parameter. */
    static Argument of(Parameter parameter, FunctionDefinition function) {
        if (parameter.getType() == ExecutionContext.class) {
            return new Context();
        }
        Annotation annotation = binding(parameter);
        if (annotation.annotationType().getSimpleName().equals("BindingName")) {
            return metadata(parameter, read(annotation, "value"));
        }
        String name = read(annotation, "name");
        if (name.equals(function.trigger().parameter())) {
            return trigger(parameter.getParameterizedType(), function.trigger());
        }
        for (QueueOutput output : function.outputs()) {
            if (output.parameter().equals(name)) {
                return output(parameter.getParameterizedType(), output);
            }
        }
        throw new IllegalArgumentException("is bound to '%s', which function.json does not list".formatted(name));
    }

    private static Annotation binding(Parameter parameter) {
        for (Annotation annotation : parameter.getAnnotations()) {
            if (annotation.annotationType().getName().startsWith(ANNOTATIONS)) {
                return annotation;
            }
        }
        throw new IllegalArgumentException("has no binding annotation");
    }

    private static Argument metadata(Parameter parameter, String name) {
        if (parameter.getType() == String.class) {
            return new Metadata(name, false);
        }
        if (parameter.getType() == long.class) {
            return new Metadata(name, true);
        }
        throw new IllegalArgumentException("is a @BindingName of type '%s'; use String or long"
                .formatted(parameter.getType().getTypeName()));
    }

    private static Argument trigger(Type type, Trigger trigger) {
        if (trigger instanceof Trigger.Http) {
            Optional<Shape> request = only(type, HttpRequestMessage.class).flatMap(Shape::of);
            if (request.isPresent()) {
                return new Request(request.get());
            }
        }
        return Shape.of(type)
                .filter(shape -> trigger instanceof Trigger.Http || shape == Shape.TEXT || shape == Shape.OPTIONAL_TEXT)
                .map(Body::new)
                .orElseThrow(() -> new IllegalArgumentException(("has type '%s'; use String%s, or Optional of them,"
                                + " and parse inside the function")
                        .formatted(
                                type.getTypeName(),
                                trigger instanceof Trigger.Http ? ", byte[], HttpRequestMessage of those" : "")));
    }

    private static Argument output(Type type, QueueOutput output) {
        Optional<Type> value = only(type, OutputBinding.class);
        boolean list = value.flatMap(inner -> only(inner, List.class))
                .filter(String.class::equals)
                .isPresent();
        if (list || value.filter(String.class::equals).isPresent()) {
            return new Output(output);
        }
        throw new IllegalArgumentException("has type '%s'; use OutputBinding<String> or OutputBinding<List<String>>"
                .formatted(type.getTypeName()));
    }

    /** The one type argument of {@code type}, if its raw type is {@code raw}. */
    private static Optional<Type> only(Type type, Class<?> raw) {
        return type instanceof ParameterizedType generic && generic.getRawType() == raw
                ? Optional.of(generic.getActualTypeArguments()[0])
                : Optional.empty();
    }

    /** By reflection, because the annotation classes are the app's own. */
    private static String read(Annotation annotation, String property) {
        try {
            return String.valueOf(
                    annotation.annotationType().getMethod(property).invoke(annotation));
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    "has the annotation '%s', which names no binding".formatted(annotation.annotationType()), e);
        }
    }
}
