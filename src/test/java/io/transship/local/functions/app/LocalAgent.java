package io.transship.local.functions.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Stands in for the Application Insights agent of the Functions worker, which no public registry of jars has: takes what the
 * app tells OpenTelemetry's API, and posts it to an endpoint as JSON, one object a line. What the host itself sends in Azure
 * (requests, and log lines as traces) is not its work. Lives as long as the process.
 */
final class LocalAgent {

    /** App setting with the address of the endpoint; without it there is no agent. */
    static final String ENDPOINT = "LOCAL_INGESTION_ENDPOINT";

    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI endpoint;
    private final HttpClient client = HttpClient.newHttpClient();

    private LocalAgent(URI endpoint) {
        this.endpoint = endpoint;
    }

    /** Listens to this process from now on. */
    static void attach(URI endpoint) {
        LocalAgent agent = new LocalAgent(endpoint);
        GlobalOpenTelemetry.set(OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(BatchSpanProcessor.builder(agent.new Spans())
                                .setScheduleDelay(INTERVAL)
                                .build())
                        .build())
                .setMeterProvider(SdkMeterProvider.builder()
                        .registerMetricReader(PeriodicMetricReader.builder(agent.new Metrics())
                                .setInterval(INTERVAL)
                                .build())
                        .build())
                .build());
    }

    private CompletableResultCode post(Stream<ObjectNode> items) {
        String lines = items.map(ObjectNode::toString).collect(Collectors.joining("\n"));
        HttpRequest request = HttpRequest.newBuilder(endpoint)
                .POST(HttpRequest.BodyPublishers.ofString(lines))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200
                    ? CompletableResultCode.ofSuccess()
                    : CompletableResultCode.ofFailure();
        } catch (IOException e) {
            return CompletableResultCode.ofFailure();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableResultCode.ofFailure();
        }
    }

    private static ObjectNode span(SpanData span) {
        ObjectNode node = JSON.createObjectNode()
                .put("span", span.getName())
                .put("trace", span.getTraceId())
                .put("id", span.getSpanId())
                .put("parent", span.getParentSpanId())
                .put("status", span.getStatus().getDescription());
        ArrayNode links = node.putArray("links");
        span.getLinks().stream().map(LinkData::getSpanContext).forEach(link -> links.add(link.getTraceId()));
        put(node.putObject("attributes"), span.getAttributes());
        return node;
    }

    private static Stream<ObjectNode> points(MetricData metric) {
        return metric.getData().getPoints().stream().map(point -> point(metric, point));
    }

    private static ObjectNode point(MetricData metric, PointData point) {
        ObjectNode node =
                JSON.createObjectNode().put("metric", metric.getName()).put("unit", metric.getUnit());
        put(node.putObject("attributes"), point.getAttributes());
        return node;
    }

    private static void put(ObjectNode node, Attributes attributes) {
        attributes.forEach((key, value) -> node.put(key.getKey(), value.toString()));
    }

    private final class Spans implements SpanExporter {

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            return post(spans.stream().map(LocalAgent::span));
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    private final class Metrics implements MetricExporter {

        @Override
        public CompletableResultCode export(Collection<MetricData> metrics) {
            return post(metrics.stream().flatMap(LocalAgent::points));
        }

        @Override
        public AggregationTemporality getAggregationTemporality(InstrumentType type) {
            return AggregationTemporality.CUMULATIVE;
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
