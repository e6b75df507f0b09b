using System.Text.Json;
using ForgeOrleans.Work;

namespace TaskBoard;

/// <summary>Jobs that do nothing but what is simulated, for tests of how work is run. They are there only while simulation is on.</summary>
public static class SimulatedJobs
{
    private const string Job = "simulated";

    public static void MapSimulatedJobs(this WebApplication app)
    {
        // Mapped in any case: one that was given while simulation was on must not wait for ever.
        app.MapForgeJob(Job, (JobRun run, RecordedRuns runs, CancellationToken cancellationToken) => runs.RunAsync(run, cancellationToken));
        if (Simulation.IsOnIn(app.Configuration))
            app.MapForgeInvocation("POST", "/jobs", Enqueue);
    }

    private static async Task<JobAnswer> Enqueue(NewJob job, SiteWork work, CancellationToken cancellationToken) => new(await work.EnqueueAsync(
        Job, new SimulatedJob(job.Payload, job.Simulate), job.NotBefore, job.OrderingKey, job.DeduplicationKey, cancellationToken));

    private sealed record NewJob(JsonElement? Payload, string? OrderingKey, string? DeduplicationKey, DateTimeOffset? NotBefore, JsonElement? Simulate);

    private sealed record SimulatedJob(JsonElement? Payload, JsonElement? Simulate);
}
