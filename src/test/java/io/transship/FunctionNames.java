package io.transship;

import com.microsoft.azure.functions.annotation.FunctionName;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;

/** The functions that the code declares. */
final class FunctionNames {

    private FunctionNames() {}

    static List<String> of(JavaClasses classes) {
        return classes.stream().flatMap(type -> of(type).stream()).sorted().toList();
    }

    static List<String> of(JavaClass type) {
        return type.getMethods().stream()
                .filter(method -> method.isAnnotatedWith(FunctionName.class))
                .map(method -> method.getAnnotationOfType(FunctionName.class).value())
                .toList();
    }
}
