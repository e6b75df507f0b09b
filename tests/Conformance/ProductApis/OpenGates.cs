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
    /// <summary>What a process sends product calls with, without limits.</summary>
    public static ProductSender Sender(ProductTransport transport, IActors actors, IOptions<ProductApiOptions> options, TimeProvider clock)
    {
        var meters = new ProductMeters(new NoListeners());
        return new(
            transport, new(new OpenGates(), meters, clock), new(clock), new(clock), new(actors, clock, NullLogger<ProductWatch>.Instance), meters, options,
            Options.Create(new CallLimitOptions()), clock);
    }

    public TActor Get<TActor>(string key) where TActor : class => (TActor)(object)this;

    public Task<PermitAnswer> AskAsync(PermitRequest request, CancellationToken cancellationToken = default) => Task.FromResult(PermitAnswer.AtOnce);

    public Task TellAsync(CallNews news, CancellationToken cancellationToken = default) => Task.CompletedTask;

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
