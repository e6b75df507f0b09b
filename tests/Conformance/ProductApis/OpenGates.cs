using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ForgeOrleans.Hosting;
using ForgeOrleans.ProductApis;
using ForgeOrleans.ProductApis.Limits;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Conformance.ProductApis;

/// <summary>Sites whose product calls have no limits, for tests of something else.</summary>
public sealed class OpenGates : IActors, ICallGate
{
    /// <summary>Nothing can be told to them.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>What came along with requests.</summary>
    public ConcurrentQueue<CallReading> Heard { get; } = [];

    /// <summary>Permits that were given back.</summary>
    public ConcurrentQueue<PermitReturn> Returned { get; } = [];

    /// <summary>What a process sends product calls with, without limits.</summary>
    public ProductSender Sender(ProductTransport transport, IActors actors, IOptions<ProductApiOptions> options, TimeProvider clock)
    {
        var meters = new ProductMeters(new NoListeners());
        return new(
            transport, new(this, meters, clock), new(clock), new(clock), new(actors, clock, NullLogger<ProductWatch>.Instance), meters, options,
            Options.Create(new CallLimitOptions()), clock);
    }

    public TActor Get<TActor>(string key) where TActor : class => (TActor)(object)this;

    public Task<PermitAnswer> AskAsync(PermitRequest request, CancellationToken cancellationToken = default)
    {
        foreach (var reading in request.News?.Readings ?? [])
            Heard.Enqueue(reading);
        return Task.FromResult(PermitAnswer.AtOnce);
    }

    public Task TellAsync(CallNews news, CancellationToken cancellationToken = default)
    {
        if (news.Returned is { } returned)
            Returned.Enqueue(returned);
        return IsDeaf ? Task.FromException(new StorageUnavailableException("Not now.")) : Task.CompletedTask;
    }

    public Task<GateView> DescribeAsync(GateQuery query, CancellationToken cancellationToken = default) => Task.FromResult(new GateView([]));

    public Task EraseAsync(GateQuery query, CancellationToken cancellationToken = default) => Task.CompletedTask;

    private sealed class NoListeners : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
