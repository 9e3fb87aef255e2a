package io.transship.functions;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import io.transship.functions.settings.SelfCheck;
import io.transship.functions.wiring.Wiring;
import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;

/**
 * Gives the worker its function objects. Found by the worker as a service; it does nothing until the first function is
 * called, because the worker answers to no failure before that.
 */
public final class FunctionInjector implements FunctionInstanceInjector {

    private @Nullable Wiring wiring;

    @Override
    @SuppressWarnings("ThrowSpecificExceptions")
    public <T> T getInstance(Class<T> functionClass) {
        try {
            return functionClass.getConstructor(Wiring.class).newInstance(wiring());
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("cannot start: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot start: " + e.getMessage(), e);
        } catch (Error e) {
            // The worker never answers to an Error here; the call would hang until the host's time-out.
            throw new IllegalStateException("cannot start: " + e, e);
        }
    }

    private synchronized Wiring wiring() {
        Wiring made = wiring;
        if (made == null) {
            made = Wiring.ofEnvironment(System.getenv());
            SelfCheck.ofThisProcess().log(made.settings());
            wiring = made;
        }
        return made;
    }
}
