package io.transship.functions.settings;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * What an operator should know when the app starts: settings that are wrong, and a JVM that the worker's flags made slow.
 *
 * @param compilerTier the highest tier of the JIT compiler that is on; 4 is the fast one, less than 1 means unknown
 */
public record SelfCheck(int compilerTier) {

    private static final System.Logger LOG = System.getLogger(SelfCheck.class.getName());
    private static final int FAST_TIER = 4;

    public static SelfCheck ofThisProcess() {
        try {
            String tier = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption("TieredStopAtLevel")
                    .getValue();
            return new SelfCheck(Integer.parseInt(tier));
        } catch (RuntimeException e) {
            return new SelfCheck(0);
        }
    }

    /** Whether digests and TLS run at a fraction of the speed that this machine has. */
    boolean isSlow() {
        return compilerTier > 0 && compilerTier < FAST_TIER;
    }

    /** What makes the app slower than it has to be, and what to do; empty if nothing does. */
    public List<String> warnings() {
        return isSlow()
                ? List.of(
                        "the JIT compiler stops at tier %d, so digests and TLS run at a fraction of their speed; set the app setting JAVA_OPTS to -XX:TieredStopAtLevel=4 and restart the app"
                                .formatted(compilerTier))
                : List.of();
    }

    public void log(AppSettings settings) {
        for (String problem : settings.problems()) {
            LOG.log(System.Logger.Level.ERROR, "app setting " + problem);
        }
        warnings().forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
    }
}
