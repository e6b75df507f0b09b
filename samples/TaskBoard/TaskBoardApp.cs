namespace TaskBoard;

/// <summary>The TaskBoard without its host: the same on a single node and in a cluster, in every process of it.</summary>
public static class TaskBoardApp
{
    public static void AddTaskBoard(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidation();
        builder.Services.AddSingleton<Simulation>();
        builder.Services.AddScoped<ActivityLog>();
        builder.Services.AddScoped<RecordedRuns>();
        builder.Services.AddScoped<IssueTasks>();
        builder.Services.AddScoped<TaskCleanup>();
    }

    public static void MapTaskBoard(this WebApplication app)
    {
        app.MapForgeRemote();
        app.MapTasks();
        app.MapTaskImport();
        app.MapDeliveries();
        app.MapActivity();
        app.MapSimulatedJobs();
        app.MapEcho();
        app.MapConfluence();
        app.MapProductLoad();
        app.MapJira();
    }
}
