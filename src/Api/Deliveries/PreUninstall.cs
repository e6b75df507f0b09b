using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Api.Deliveries;

/// <summary>The call before an uninstall (contract section 1): whatever its handler does or fails to do, the app is gone afterwards.</summary>
internal static partial class PreUninstall
{
    // What the handler needs of the 54 seconds is more.
    private static readonly TimeSpan LongestAnnouncement = TimeSpan.FromSeconds(5);

    /// <summary>Runs the handler, and tells the installation that the app is uninstalled.</summary>
    /// <exception cref="ForgeException">A frontend calls: only the platform uninstalls.</exception>
    public static async Task RunAsync(HttpContext context, RequestDelegate handler)
    {
        var invocation = context.RequestServices.GetRequiredService<HandlerScope>().Invocation;
        context.RequestServices.GetRequiredService<PlatformCalls>().Demand(invocation);
        // Should this process be lost while the handler runs, nobody says it again.
        await AnnounceAsync(context, invocation.Installation.InstallationId);
        var handling = HandleAsync(context, invocation, handler);
        // One that does not end in its time does not keep the app installed.
        await Task.WhenAny(handling, Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted));
        await NoteAsync(context, invocation.Installation.InstallationId);
        await handling;
    }

    private static async Task HandleAsync(HttpContext context, ForgeInvocation invocation, RequestDelegate handler)
    {
        // Its token is nobody's to see.
        var body = await DeliveredBody.ReadAsync(context.Request, invocation, context.RequestAborted);
        context.Request.Body = new MemoryStream(body.Utf8.ToArray(), writable: false);
        context.Request.ContentLength = body.Utf8.Length;
        await handler(context);
    }

    private static async Task AnnounceAsync(HttpContext context, string installation)
    {
        var services = context.RequestServices;
        try
        {
            await NoteAsync(context, installation, isAnnounced: true)
                .WaitAsync(LongestAnnouncement, services.GetRequiredService<TimeProvider>(), context.RequestAborted);
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested)
        {
            Log.NotAnnounced(services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(PreUninstall)), installation, e);
        }
    }

    private static async Task NoteAsync(HttpContext context, string installation, bool isAnnounced = false)
    {
        var services = context.RequestServices;
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        await services.GetRequiredService<IActors>().Get<IInstallationActor>(installation)
            .NoteLifecycleAsync(new(LifecycleChange.Uninstalled, now, IsAnnounced: isAnnounced));
        // Should it be called all the same, that is news.
        services.GetRequiredService<Admissions>().Forget(installation);
    }

    private static partial class Log
    {
        [LoggerMessage(51, LogLevel.Warning, "That {Installation} is about to be uninstalled could not be noted; it is noted when its handler has ended.")]
        public static partial void NotAnnounced(ILogger logger, string installation, Exception e);
    }
}
