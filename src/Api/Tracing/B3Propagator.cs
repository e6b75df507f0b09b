using System.Diagnostics;

namespace ForgeOrleans.Api.Tracing;

/// <summary>
/// Makes the platform's B3 headers (contract section 2) the trace of logs and of outgoing calls. Where they are absent the W3C headers
/// count, as in any ASP.NET Core application.
/// </summary>
internal sealed class B3Propagator : DistributedContextPropagator
{
    private const string TraceId = "x-b3-traceid";
    private const string SpanId = "x-b3-spanid";
    private const string Sampled = "x-b3-sampled";

    private readonly DistributedContextPropagator _w3c = CreateW3CPropagator();

    public override IReadOnlyCollection<string> Fields { get; } = [TraceId, SpanId, Sampled, "traceparent", "tracestate", "baggage"];

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        if (getter is null || Parent(carrier, getter) is not { } parent)
        {
            _w3c.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);
            return;
        }
        (traceId, traceState) = (parent, null);
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) =>
        _w3c.ExtractBaggage(carrier, getter);

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        if (activity is not { IdFormat: ActivityIdFormat.W3C } || setter is null)
            return;
        setter(carrier, TraceId, activity.TraceId.ToHexString());
        setter(carrier, SpanId, activity.SpanId.ToHexString());
        setter(carrier, Sampled, activity.Recorded ? "1" : "0");
    }

    // Ids of 64 and of 128 bits are both in use; W3C has 128 for a trace and 64 for a span.
    private static string? Parent(object? carrier, PropagatorGetterCallback getter)
    {
        getter(carrier, TraceId, out var trace, out _);
        getter(carrier, SpanId, out var span, out _);
        if (!IsHex(trace) || !IsHex(span))
            return null;
        getter(carrier, Sampled, out var sampled, out _);
        return $"00-{trace!.PadLeft(32, '0').ToLowerInvariant()}-{span![^16..].ToLowerInvariant()}-{(sampled is "0" or "false" ? "00" : "01")}";
    }

    private static bool IsHex(string? id) =>
        id is { Length: 16 or 32 } && id.All(char.IsAsciiHexDigit) && id.AsSpan().ContainsAnyExcept('0');
}
