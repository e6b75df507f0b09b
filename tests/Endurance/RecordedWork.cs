using System.Net;
using ForgeOrleans.Work;

namespace ForgeOrleans.Endurance;

/// <summary>The remote's handler: it tells the driver, a process that is not killed, when it begins and when it ends.</summary>
internal static class RecordedWork
{
    public static void MapRecordedWork(this WebApplication app)
    {
        // The recorder outlives this process, so what it was told is true whatever happens here.
        var recorder = new HttpClient { BaseAddress = new(app.Configuration["Endurance:Recorder"]!) };
        app.MapForgeEvent("/events", "avi:jira:updated:issue", async (ProductEvent run, CancellationToken cancellationToken) =>
        {
            await TellAsync("begin");
            await Task.Delay(Random.Shared.Next(40), cancellationToken);
            if (Random.Shared.Next(20) == 0)
            {
                await TellAsync("fail");
                throw new InvalidOperationException("One in twenty attempts fails.");
            }
            await TellAsync("end");

            async Task TellAsync(string what)
            {
                using var answer = await recorder.PostAsync(
                    $"/{what}?process={Environment.ProcessId}&item={run.ItemId}&key={run.EntityId}&attempt={run.Attempt}", null, CancellationToken.None);
                if (answer.StatusCode != HttpStatusCode.NoContent)
                    throw new InvalidOperationException($"The recorder answered {answer.StatusCode}.");
            }
        });
    }
}
