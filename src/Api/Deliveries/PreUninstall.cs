using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Api.Deliveries;

/// <summary>The call before an uninstall (contract section 1): whatever its handler does or fails to do, the app is gone afterwards.</summary>
internal static class PreUninstall
{
    /// <summary>Runs the handler, and tells the installation that the app is uninstalled.</summary>
    /// <exception cref="ForgeException">A frontend calls: only the platform uninstalls.</exception>
    public static async Task RunAsync(HttpContext context, RequestDelegate handler)
    {
        var invocation = context.RequestServices.GetRequiredService<HandlerScope>().Invocation;
        context.RequestServices.GetRequiredService<PlatformCalls>().Demand(invocation);
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

    private static async Task NoteAsync(HttpContext context, string installation)
    {
        var services = context.RequestServices;
        await services.GetRequiredService<IActors>().Get<IInstallationActor>(installation)
            .NoteLifecycleAsync(new(LifecycleChange.Uninstalled, services.GetRequiredService<TimeProvider>().GetUtcNow()));
        // Should it be called all the same, that is news.
        services.GetRequiredService<Admissions>().Forget(installation);
    }
}
