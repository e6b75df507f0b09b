using System.Buffers;
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

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

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
        if (!IsId(trace) || !IsId(span))
            return null;
        getter(carrier, Sampled, out var sampled, out _);
        return string.Create(55, (trace!, span!, sampled), static (parent, ids) =>
        {
            parent.Fill('0');
            parent[2] = parent[35] = parent[52] = '-';
            ids.Item1.AsSpan().ToLowerInvariant(parent[(35 - ids.Item1.Length)..]);
            ids.Item2.AsSpan(ids.Item2.Length - 16).ToLowerInvariant(parent[36..]);
            parent[54] = ids.sampled is "0" or "false" ? '0' : '1';
        });
    }

    private static bool IsId(string? id) =>
        id is { Length: 16 or 32 } && !id.AsSpan().ContainsAnyExcept(HexDigits) && id.AsSpan().ContainsAnyExcept('0');
}
