using ForgeOrleans.SingleNode;
using TaskBoard;

var builder = WebApplication.CreateBuilder(args);
if (args is ["backup", var target])
{
    SingleNodeBackup.Write(builder.Configuration["Forge:DataPath"] ?? "data", target);
    return;
}

builder.AddForgeRemote().UseSingleNode();
builder.AddTaskBoard();

var app = builder.Build();
app.MapTaskBoard();
app.Run();
