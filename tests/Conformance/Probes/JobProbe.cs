using System.Collections.Concurrent;
using System.Threading.Channels;
using ForgeOrleans.Invocations;
using ForgeOrleans.Work;
using Microsoft.Extensions.Hosting;

namespace ForgeOrleans.Conformance.Probes;

/// <summary>A handler that shows which jobs are run, in the process that runs them.</summary>
internal sealed class JobProbe(DeferredHandlers handlers, IServiceProvider services) : IHostedService
{
    /// <summary>The name of the job.</summary>
    public const string Job = "job-probe";

    private static readonly ConcurrentDictionary<string, Channel<string>> Runs = new();

    public static ChannelReader<string> RunsOf(string site) => Of(site).Reader;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        handlers.Add(WorkKind.Job, null, Job, (JobRun run, ForgeInvocation invocation) => Note(invocation.Installation.InstallationId, run), services);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static void Note(string site, JobRun run) => Of(site).Writer.TryWrite(run.Payload<string>());

    private static Channel<string> Of(string site) => Runs.GetOrAdd(site, _ => Channel.CreateUnbounded<string>());
}
