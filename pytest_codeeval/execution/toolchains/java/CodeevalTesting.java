import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs classes of tests with JUnit 5, those that are disabled as well, and says whether all of them held. */
final class CodeevalTesting implements TestExecutionListener {
    private static final int MOST_SAID = 20;
    private static final int MOST_FRAMES = 8;
    private static final int LONGEST = 1000;
    private final PrintStream out = System.err;
    private int succeeded;
    private int others;

    /** `names` are files of tests. */
    static boolean holds(String[] names) {
        List<DiscoverySelector> classes = new ArrayList<>();
        for (String name : names) {
            classes.add(DiscoverySelectors.selectClass(name.substring(0, name.length() - ".java".length())));
        }
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(classes)
                .configurationParameter("junit.jupiter.conditions.deactivate", "org.junit.*DisabledCondition")
                .build();
        CodeevalTesting listener = new CodeevalTesting();
        LauncherFactory.create().execute(request, listener);
        return listener.succeeded > 0 && listener.others == 0;
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        others++;
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
            others++;
            result.getThrowable().ifPresent(error -> say(test, error));
        } else if (test.isTest()) {
            succeeded++;
        }
    }

    private void say(TestIdentifier test, Throwable error) {
        if (others > MOST_SAID) {
            return;
        }
        String said = String.valueOf(error.getMessage()).replaceAll("\\s+", " ").strip();
        out.println("✕ " + test.getDisplayName());
        out.println(error.getClass().getName() + ": " + said.substring(0, Math.min(LONGEST, said.length())));
        int frames = 0;
        for (StackTraceElement at : error.getStackTrace()) {
            String name = at.getClassName();
            if (frames < MOST_FRAMES && !name.matches("(?:java|jdk|sun|org\\.junit|org\\.assertj)\\..*|Codeeval.*")) {
                out.println("    at " + at);
                frames++;
            }
        }
        out.println();
    }
}
